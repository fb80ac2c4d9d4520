/**
 * Two nodes on two machines, with whatever path between them:
 *
 *     left (client, near) ── path, 10.77.0.0/24 and fd77::/64 ── right (far, targets)
 */
import { Namespace, NodeProcess, type VethEnd } from "@flor/testkit";
import type { TransferEnds } from "./transfer/transfer.ts";

const LINK_PORT = 4600;
const SOCKS_PORT = 1080;

/** What the path and the links are. */
export interface TwoNamespacesOptions {
  /** Lays the path; what it returns is disposed with the rest. */
  readonly connect: (left: VethEnd, right: VethEnd) => Promise<AsyncDisposable | void>;
  /** Of both links, beside name, kind and address. @default nothing */
  readonly link?: object;
  /** Whether the link's datagrams go by IPv6. @default false */
  readonly byIpv6?: boolean;
  /** What far lets out. @default the targets on its own addresses */
  readonly allow?: readonly string[];
  /** What far lets out by UDP. @default nothing */
  readonly udp?: readonly string[];
  /** Of near, beside the one on `socksPort`. @default none */
  readonly inbounds?: readonly object[];
}

/** The two namespaces and their nodes. Dispose it (`await using`), and nothing of it is left. */
export class TwoNamespaces implements AsyncDisposable {
  readonly left: Namespace;
  readonly right: Namespace;
  readonly near: NodeProcess;
  readonly far: NodeProcess;
  /** Where targets listen, in `right`. */
  readonly address = "10.77.0.2";
  readonly socksPort: number = SOCKS_PORT;
  readonly #owned: AsyncDisposableStack;

  private constructor(
    owned: AsyncDisposableStack,
    [left, right]: readonly [Namespace, Namespace],
    [near, far]: readonly [NodeProcess, NodeProcess],
  ) {
    this.#owned = owned;
    this.left = left;
    this.right = right;
    this.near = near;
    this.far = far;
  }

  /** Lays the path and starts both nodes; resolves when near reaches far. */
  static async open(options: TwoNamespacesOptions): Promise<TwoNamespaces> {
    await using owned = new AsyncDisposableStack();
    const left = owned.use(await Namespace.create("left"));
    const right = owned.use(await Namespace.create("right"));
    const path = await options.connect(
      { namespace: left, addresses: ["10.77.0.1/24", "fd77::1/64"] },
      { namespace: right, addresses: ["10.77.0.2/24", "fd77::2/64"] },
    );
    if (path !== undefined) owned.use(path);
    const near = owned.use(await NodeProcess.prepare("near", { namespace: left }));
    const far = owned.use(await NodeProcess.prepare("far", { namespace: right }));
    const host = options.byIpv6 === true ? "[fd77::2]" : "10.77.0.2";
    const any = options.byIpv6 === true ? "[::]" : "0.0.0.0";
    await far.up({
      outbounds: [
        { tcp: { allow: options.allow ?? ["10.77.0.2", "[fd77::2]"] } },
        ...(options.udp === undefined ? [] : [{ udp: { allow: options.udp } }]),
      ],
      links: [{ name: "wan", kind: "udp", listen: `${any}:${LINK_PORT}`, ...options.link }],
      peers: [{ name: "near", id: near.id, link: "wan" }],
    });
    await near.up({
      inbounds: [{ socks5: `127.0.0.1:${SOCKS_PORT}` }, ...(options.inbounds ?? [])],
      links: [{ name: "wan", kind: "udp", listen: `${any}:0`, ...options.link }],
      peers: [{ name: "far", id: far.id, link: "wan", address: `${host}:${LINK_PORT}` }],
      routes: [{ to: "*", through: "far" }],
    });
    await near.waitForPeer("far");
    return new TwoNamespaces(owned.move(), [left, right], [near, far]);
  }

  /** For transfers from `left` to targets in `right`. */
  get ends(): TransferEnds {
    return { client: this.left, socksPort: this.socksPort, target: this.right, address: this.address };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#owned.disposeAsync();
  }
}
