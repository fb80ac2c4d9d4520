/** Two nodes on loopback: clients come in at `near`, and go out at `far`. */
import { freePort, type Namespace, NodeProcess } from "@flor/testkit";

/** A user of the SOCKS5 inbound. */
export interface PairUser {
  readonly name: string;
  readonly password: string;
}

/** How the two are configured. */
export interface FlorPairOptions {
  /** Who may come in. @default everybody on this machine */
  readonly users?: readonly PairUser[];
  /** What the far node lets out. @default `*` and all of loopback */
  readonly allow?: readonly string[];
  readonly deny?: readonly string[];
  /** What the far node lets out by UDP. @default nothing */
  readonly udp?: readonly string[];
  /** Ways in beside the SOCKS5 inbound. */
  readonly inbounds?: readonly object[];
  /** Where both run. @default this one */
  readonly namespace?: Namespace;
}

/** `*` opens no special address; loopback, where the targets of the tests are, is opened by address. */
export const LOOPBACK_OPEN: readonly string[] = ["*", "127.0.0.0/8", "[::1]"];

/** A running pair. Dispose it (`await using`): processes and files are gone. */
export class FlorPair implements AsyncDisposable {
  readonly near: NodeProcess;
  readonly far: NodeProcess;
  /** Of the SOCKS5 inbound, on 127.0.0.1. */
  readonly socksPort: number;

  private constructor(near: NodeProcess, far: NodeProcess, socksPort: number) {
    this.near = near;
    this.far = far;
    this.socksPort = socksPort;
  }

  /** Starts both; resolves when `near` has a session with `far`. */
  static async start(options: FlorPairOptions = {}): Promise<FlorPair> {
    await using owned = new AsyncDisposableStack();
    const where = options.namespace === undefined ? {} : { namespace: options.namespace };
    const near = owned.use(await NodeProcess.prepare("near", where));
    const far = owned.use(await NodeProcess.prepare("far", where));
    const farPort = await freePort();
    await far.up({
      outbounds: [
        { tcp: { allow: options.allow ?? LOOPBACK_OPEN, deny: options.deny ?? [] } },
        ...(options.udp === undefined ? [] : [{ udp: { allow: options.udp } }]),
      ],
      links: [{ name: "wan", kind: "udp", listen: `127.0.0.1:${farPort}` }],
      peers: [{ name: "near", id: near.id, link: "wan" }],
    });
    await near.up({
      inbounds: [
        { socks5: "127.0.0.1:0", ...(options.users === undefined ? {} : { users: options.users }) },
        ...(options.inbounds ?? []),
      ],
      links: [{ name: "wan", kind: "udp", listen: "127.0.0.1:0" }],
      peers: [{ name: "far", id: far.id, link: "wan", address: `127.0.0.1:${farPort}` }],
      routes: [{ to: "*", through: "far" }],
    });
    await near.waitForPeer("far");
    const pair = new FlorPair(near, far, await near.socksPort());
    owned.move();
    return pair;
  }

  /** Ends both at once. */
  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([this.near[Symbol.asyncDispose](), this.far[Symbol.asyncDispose]()]);
  }
}
