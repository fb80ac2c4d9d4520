import { canonicalIpAddress, parseIpAddress } from "@flor/wire";
import { join } from "node:path";
import { WatchedText } from "./watched-text.ts";

/** A file that grows past this is not read: it is no hosts file. */
const HOSTS_FILE_MAX_OCTETS = 4 * 1024 * 1024;

type AddressesByName = ReadonlyMap<string, readonly Uint8Array[]>;

/** Where this system keeps its hosts file. */
export function systemHostsFile(): string {
  if (process.platform !== "win32") return "/etc/hosts";
  return join(process.env["SystemRoot"] ?? String.raw`C:\Windows`, "System32", "drivers", "etc", "hosts");
}

/** The names of a hosts file (hosts(5)) in lower case, with their addresses in order. Malformed lines are skipped. */
export function parseHosts(text: string): AddressesByName {
  const hosts = new Map<string, Uint8Array[]>();
  for (const line of text.split("\n")) {
    const [addressText = "", ...names] = (line.split("#", 1)[0] ?? "").trim().split(/\s+/);
    const parsed = parseIpAddress(addressText);
    if (parsed === undefined) continue;
    const address = canonicalIpAddress(parsed);
    for (const name of names) {
      const addresses = hosts.get(name.toLowerCase());
      if (addresses === undefined) hosts.set(name.toLowerCase(), [address]);
      else addresses.push(address);
    }
  }
  return hosts;
}

/** A hosts file that is read again when it changed. */
export class HostsFile {
  readonly #file: WatchedText<AddressesByName>;

  constructor(path: string = systemHostsFile()) {
    this.#file = new WatchedText(path, HOSTS_FILE_MAX_OCTETS, parseHosts);
  }

  /** The addresses of a name in lower case; `undefined`: the file does not have it, or cannot be read. */
  async addressesOf(name: string, now: number): Promise<readonly Uint8Array[] | undefined> {
    return (await this.#file.at(now)).get(name);
  }
}
