/**
 * Two machines, each behind a NAT of its own or behind two, and one in public that both dial:
 *
 *     near ── 10.1.0.0/24 ── box ── [100.64.1.0/24 ── carrier ──] 198.51.100.0/24 ── relay ── … ── box ── 10.2.0.0/24 ── far
 *
 * With one carrier for both, which lets its customers reach each other by its outer address alone, a packet between them
 * turns round there (hairpinning, RFC 4787 section 6).
 */
import { connectVeth, masquerade, Namespace, NodeProcess, requireTools, run } from "@flor/testkit";

/** Where `far` is reached by clients of `near`. */
export const FAR_ADDRESS = "10.2.0.2";
/** Where a datagram for {@link FAR_ADDRESS} goes in at `near`, and the port that it reaches. */
export const DATAGRAM_PORT = 7000;
const SOCKS_PORT = 1080;
const RELAY_PORT = 4600;
const STREAM_PORT = 4443;
const CARRIER_ADDRESS = "198.51.100.2";

/** A NAT that gives all destinations one port, or each another. */
export type NatKind = "cone" | "symmetric";

/** Which NATs there are. */
export interface NatPlan {
  readonly near: NatKind;
  readonly far: NatKind;
  /** Behind each box stands a carrier's NAT of the same kind, or one for both. @default "none" */
  readonly carriers?: "none" | "own" | "one";
  /** Links between `near` and the relay beside udp, such as `tcp`. @default none */
  readonly streams?: "tcp" | "webtransport";
}

/** A router with a NAT. */
export class NatBox {
  readonly namespace: Namespace;
  readonly device: string;
  readonly #kind: NatKind;
  #rebound = 0;

  constructor(namespace: Namespace, device: string, kind: NatKind) {
    this.namespace = namespace;
    this.device = device;
    this.#kind = kind;
  }

  /** Hides what leaves it from now on. */
  async start(): Promise<void> {
    await masquerade(this.namespace, this.device, { symmetric: this.#kind === "symmetric", udpTimeoutSeconds: 120 });
  }

  /** Forgets all mappings, as a router that starts again; what is sent next gets another port. */
  async rebind(): Promise<void> {
    this.#rebound += 1;
    const port = 40_000 + this.#rebound;
    const rule = `oifname "${this.device}" meta l4proto udp masquerade to :${port}`;
    await this.namespace.run("nft", `insert rule inet flor_nat postrouting ${rule}`);
    await this.flush();
  }

  /** Forgets all mappings; what is sent next gets the port that it had. */
  async flush(): Promise<void> {
    await this.namespace.run("sh", "-c", "conntrack -F 2>/dev/null");
  }
}

interface House {
  readonly namespace: Namespace;
  readonly node: NodeProcess;
  readonly box: NatBox;
}

/** The machines and their nodes. Dispose it (`await using`), and all of it is gone. */
export class NatField implements AsyncDisposable {
  readonly near: NodeProcess;
  readonly far: NodeProcess;
  readonly relay: NodeProcess;
  readonly nearMachine: Namespace;
  readonly farMachine: Namespace;
  readonly relayMachine: Namespace;
  readonly nearBox: NatBox;
  readonly farBox: NatBox;
  readonly socksPort: number = SOCKS_PORT;
  readonly #owned: AsyncDisposableStack;

  private constructor(near: House, far: House, relay: Omit<House, "box">, owned: AsyncDisposableStack) {
    this.near = near.node;
    this.far = far.node;
    this.relay = relay.node;
    this.nearMachine = near.namespace;
    this.farMachine = far.namespace;
    this.relayMachine = relay.namespace;
    this.nearBox = near.box;
    this.farBox = far.box;
    this.#owned = owned;
  }

  /** Lays it out and starts the nodes; resolves when all three answer. */
  static async open(plan: NatPlan): Promise<NatField> {
    requireTools(["conntrack"]);
    await using owned = new AsyncDisposableStack();
    const relay = owned.use(await Namespace.create("relay"));
    await relay.forward();
    const node = owned.use(await NodeProcess.prepare("relay", { namespace: relay }));
    const carrier = plan.carriers === "one" ? await sharedCarrier(owned, relay) : undefined;
    const near = await house(owned, { name: "near", number: 1, relay, carrier, plan });
    const far = await house(owned, { name: "far", number: 2, relay, carrier, plan });
    const field = new NatField(near, far, { namespace: relay, node }, owned.move());
    try {
      await field.#start(plan);
      return field;
    } catch (error) {
      await field[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Drops UDP between the two that does not end at the relay, in both directions or in one. */
  async blockDirect(from: "both" | "near" | "far" = "both"): Promise<void> {
    const sources = { both: "", near: "ip saddr 198.51.100.0/24", far: "ip saddr 203.0.113.0/24" };
    const chain = "add chain inet block forward { type filter hook forward priority 0; }";
    await this.relayMachine.run("nft", `add table inet block; ${chain}`);
    await this.relayMachine.run("nft", `add rule inet block forward ${sources[from]} meta l4proto udp drop`);
  }

  async unblockDirect(): Promise<void> {
    await this.relayMachine.run("nft", "delete table inet block");
  }

  /** Drops all UDP that comes to a box from its machine, and all that goes there. */
  async blockUdp({ namespace }: NatBox): Promise<void> {
    const chain = "add chain inet block forward { type filter hook forward priority 0; }";
    await namespace.run("nft", `add table inet block; ${chain}; add rule inet block forward meta l4proto udp drop`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#owned.disposeAsync();
  }

  async #start({ carriers, streams }: NatPlan): Promise<void> {
    const { near, far, relay } = this;
    // Each customer of one carrier has a port of its own there.
    const wan = (number: number): object => ({
      name: "wan",
      kind: "udp",
      ...(carriers === "one" && { listen: `0.0.0.0:${RELAY_PORT + number}` }),
    });
    const stream = streams && { name: "stream", kind: streams };
    const places = { tcp: `198.51.100.1:${STREAM_PORT}`, webtransport: `https://198.51.100.1:${STREAM_PORT}/flor` };
    const toRelay = [
      { link: "wan", address: `198.51.100.1:${RELAY_PORT}` },
      ...(streams === undefined ? [] : [{ link: "stream", address: places[streams] }]),
    ];
    const fromNear = [{ link: "wan" }, ...(stream === undefined ? [] : [{ link: "stream" }])];
    const listening = { name: "wan", kind: "udp", listen: `0.0.0.0:${RELAY_PORT}` };
    await Promise.all([
      relay.up({
        links: [listening, ...(stream === undefined ? [] : [{ ...stream, listen: `0.0.0.0:${STREAM_PORT}` }])],
        peers: [
          { name: "near", id: near.id, links: fromNear },
          { name: "far", id: far.id, link: "wan" },
        ],
      }),
      far.up({
        outbounds: [{ tcp: { allow: [`${FAR_ADDRESS}/32:*`] } }, { udp: { allow: [`${FAR_ADDRESS}/32:*`] } }],
        links: [wan(2)],
        peers: [
          { name: "relay", id: relay.id, link: "wan", address: `198.51.100.1:${RELAY_PORT}` },
          { name: "near", id: near.id },
        ],
      }),
      near.up({
        inbounds: [
          { socks5: `127.0.0.1:${SOCKS_PORT}` },
          { udp: `127.0.0.1:${DATAGRAM_PORT}`, to: `${FAR_ADDRESS}:${DATAGRAM_PORT}` },
        ],
        links: [wan(1), ...(stream === undefined ? [] : [stream])],
        peers: [
          { name: "relay", id: relay.id, links: toRelay },
          { name: "far", id: far.id },
        ],
        routes: [{ to: `${FAR_ADDRESS}/32`, through: "far" }],
      }),
    ]);
  }
}

interface HouseOptions {
  readonly name: "near" | "far";
  readonly number: 1 | 2;
  readonly relay: Namespace;
  readonly carrier: Namespace | undefined;
  readonly plan: NatPlan;
}

/** A machine behind its box, which stands in public or behind a carrier. */
async function house(owned: AsyncDisposableStack, options: HouseOptions): Promise<House> {
  const { name, number, relay, carrier, plan } = options;
  const [inside, customer] = [`10.${number}.0`, `100.64.${number}`];
  const outside = number === 1 ? "198.51.100" : "203.0.113";
  const namespace = owned.use(await Namespace.create(name));
  const box = owned.use(await Namespace.create(`${name}box`));
  await connectVeth({ namespace, addresses: [`${inside}.2/24`] }, { namespace: box, addresses: [`${inside}.1/24`] });
  await namespace.route("default", `${inside}.1`);
  const own = plan.carriers === "own" ? owned.use(await Namespace.create(`${name}cgn`)) : undefined;
  const before = carrier ?? own;
  const outer = before === undefined ? outside : customer;
  const [device] = await connectVeth(
    { namespace: box, addresses: [`${outer}.2/24`] },
    { namespace: before ?? relay, addresses: [`${outer}.1/24`] },
  );
  await box.route("default", `${outer}.1`);
  const natBox = new NatBox(box, device, plan[name]);
  await natBox.start();
  if (own !== undefined) {
    const [line] = await connectVeth(
      { namespace: own, addresses: [`${outside}.2/24`] },
      { namespace: relay, addresses: [`${outside}.1/24`] },
    );
    await own.route("default", `${outside}.1`);
    await new NatBox(own, line, plan[name]).start();
  }
  // The relay is dialled at one address by both.
  const node = owned.use(await NodeProcess.prepare(name, { namespace }));
  return { namespace, node, box: natBox };
}

/** A carrier of both: each customer has a port at its outer address, and a packet from one to the other's turns round. */
async function sharedCarrier(owned: AsyncDisposableStack, relay: Namespace): Promise<Namespace> {
  const carrier = owned.use(await Namespace.create("cgn"));
  const [device] = await connectVeth(
    { namespace: carrier, addresses: [`${CARRIER_ADDRESS}/24`] },
    { namespace: relay, addresses: ["198.51.100.1/24"] },
  );
  await carrier.route("default", "198.51.100.1");
  await carrier.forward();
  const mapped = [1, 2].map((n) => `ip daddr ${CARRIER_ADDRESS} udp dport ${RELAY_PORT + n} dnat ip to 100.64.${n}.2`);
  const rules = `table inet flor_nat {
    chain prerouting { type nat hook prerouting priority -100; ${mapped.join("; ")}; }
    chain postrouting { type nat hook postrouting priority 100;
      oifname "${device}" masquerade; ct status dnat ip saddr 100.64.0.0/10 snat ip to ${CARRIER_ADDRESS}; }
    chain forward { type filter hook forward priority 0;
      ip saddr 100.64.0.0/10 ip daddr 100.64.0.0/10 ct status dnat accept;
      ip saddr 100.64.0.0/10 ip daddr 100.64.0.0/10 drop; }
  }`;
  await run("ip", ["netns", "exec", carrier.name, "nft", "-f", "-"], rules);
  return carrier;
}
