/** A web server with one file that both ends of a test know, and how to fetch it through a node. */
import { mkdtempSync, openSync, closeSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Namespace, Nginx, seededChunks, seededHash } from "@flor/testkit";

/** Less than a test has, so that curl says what came. */
const FETCH_SECONDS = 240;

/** How a file is fetched. */
export interface FetchOptions {
  /** Port of a SOCKS5 inbound on the loopback of the client's namespace. */
  readonly socksPort: number;
}

/** A file on a web server in a namespace. Dispose it (`await using`), and both are gone. */
export class SeededSite implements AsyncDisposable {
  readonly url: string;
  /** SHA-256 of the file, hexadecimal. */
  readonly hash: string;
  readonly octets: number;
  readonly #owned: AsyncDisposableStack;

  private constructor(url: string, octets: number, hash: string, owned: AsyncDisposableStack) {
    this.url = url;
    this.octets = octets;
    this.hash = hash;
    this.#owned = owned;
  }

  /** Serves a file of `octets` octets on `address`, an address of `namespace`. */
  static async open(namespace: Namespace, address: string, octets: number): Promise<SeededSite> {
    await using owned = new AsyncDisposableStack();
    const root = mkdtempSync(join(tmpdir(), "flor-site-"));
    owned.defer(() => rmSync(root, { recursive: true, force: true }));
    writeSeeded(join(root, "file"), octets);
    owned.use(await Nginx.start(namespace, { host: address, root }));
    return new SeededSite(`http://${address}/file`, octets, seededHash(octets, octets), owned.move());
  }

  /** Fetches the file with curl in `client`; resolves to the hash of what came. */
  async fetch(client: Namespace, options: FetchOptions): Promise<string> {
    const fetched = await client.run("bash", "-c", this.#command(options));
    return fetched.split(" ")[0]!;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#owned.disposeAsync();
  }

  #command({ socksPort }: FetchOptions): string {
    const proxy = `--socks5-hostname 127.0.0.1:${socksPort}`;
    return `set -o pipefail; curl -sS --fail --max-time ${FETCH_SECONDS} ${proxy} ${this.url} | sha256sum`;
  }
}

function writeSeeded(file: string, octets: number): void {
  const descriptor = openSync(file, "w", 0o644);
  try {
    for (const chunk of seededChunks(octets, octets)) writeSync(descriptor, chunk);
  } finally {
    closeSync(descriptor);
  }
}
