/** What a path may do to packets on purpose, by nftables rules inside a namespace. */
import { type Namespace, run } from "./namespace.ts";
import { requireTools } from "./required-tools.ts";

const TABLE = "flor_test";

/** Rules of one namespace; every rule acts on what arrives, what is forwarded and what is sent. */
export class Firewall {
  readonly #namespace: Namespace;
  readonly #table: string;
  readonly #rules: string[] = [];

  /** @param table its name in nftables; rules of another table stay as they are */
  constructor(namespace: Namespace, table: string = TABLE) {
    requireTools(["nft"]);
    this.#namespace = namespace;
    this.#table = table;
  }

  /** Drops ICMP and ICMPv6 errors, so that path MTU discovery learns nothing; neighbour discovery stays. */
  dropIcmpErrors(): Promise<void> {
    return this.#add(
      "icmp type { destination-unreachable, time-exceeded } drop",
      "icmpv6 type { destination-unreachable, packet-too-big, time-exceeded } drop",
    );
  }

  /** Drops all UDP, or that from and to one port. */
  dropUdp(port?: number): Promise<void> {
    if (port === undefined) return this.#add("meta l4proto udp drop");
    return this.#add(`udp dport ${port} drop`, `udp sport ${port} drop`);
  }

  /** Drops IP packets longer than this. */
  dropLongerThan(octets: number): Promise<void> {
    return this.#add(`meta length > ${octets} drop`);
  }

  /** Drops a share of the packets, 0 to 1, chosen at random. */
  lose(share: number): Promise<void> {
    return this.#add(`numgen random mod 1000000 < ${Math.round(share * 1_000_000)} drop`);
  }

  /** Adds rules in the language of nft, as they stand behind `add rule TABLE CHAIN`. */
  add(...rules: readonly string[]): Promise<void> {
    return this.#add(...rules);
  }

  /** Takes all rules back. */
  async clear(): Promise<void> {
    this.#rules.length = 0;
    await this.#apply();
  }

  async #add(...rules: readonly string[]): Promise<void> {
    this.#rules.push(...rules);
    await this.#apply();
  }

  /** Loads the whole table in one transaction: there is no moment with half the rules. */
  async #apply(): Promise<void> {
    const table = this.#table;
    const chains = ["input", "output", "forward"].map(
      (hook) =>
        `chain ${hook} { type filter hook ${hook} priority 0; ${this.#rules.join("; ")}${this.#rules.length > 0 ? ";" : ""} }`,
    );
    const text = `table inet ${table} {}\ndelete table inet ${table}\ntable inet ${table} {\n${chains.join("\n")}\n}\n`;
    await run("ip", ["netns", "exec", this.#namespace.name, "nft", "-f", "-"], text);
  }
}
