import { parseIpAddress } from "@flor/wire";
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";

/** A file that grows past this is not read: it is no hosts file. */
const HOSTS_FILE_MAX_OCTETS = 4 * 1024 * 1024;

/** The file is looked at again when it was last looked at this long ago. */
const CHECK_INTERVAL_MS = 2000;

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
    const address = parseIpAddress(addressText);
    if (address === undefined) continue;
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
  readonly #path: string;
  #hosts: AddressesByName = new Map();
  #version = "";
  #checkedAt = Number.NEGATIVE_INFINITY;

  constructor(path: string = systemHostsFile()) {
    this.#path = path;
  }

  /** The addresses of a name in lower case; `undefined`: the file does not have it, or cannot be read. */
  async addressesOf(name: string, now: number): Promise<readonly Uint8Array[] | undefined> {
    if (now - this.#checkedAt >= CHECK_INTERVAL_MS) {
      this.#checkedAt = now;
      await this.#refresh();
    }
    return this.#hosts.get(name);
  }

  async #refresh(): Promise<void> {
    try {
      const { mtimeMs, size, ino } = await stat(this.#path);
      const version = `${mtimeMs} ${size} ${ino}`;
      if (version === this.#version || size > HOSTS_FILE_MAX_OCTETS) return;
      this.#hosts = parseHosts(await readFile(this.#path, "utf8"));
      this.#version = version;
    } catch {
      // No file, no names: a container may have none.
      this.#hosts = new Map();
      this.#version = "";
    }
  }
}
