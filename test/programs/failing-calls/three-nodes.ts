/** An ingress, a transit and an egress node on loopback, whose system calls can be made to fail. */
import { fileURLToPath } from "node:url";
import { FailingCalls, freePort, NodeProcess } from "@flor/testkit";
import { LOOPBACK_OPEN } from "../../e2e/flor-pair.ts";

export const ROLES = ["ingress", "transit", "egress"] as const;
export type Role = (typeof ROLES)[number];

const UDP_LINK = fileURLToPath(new URL("../../../links/udp/src/main.ts", import.meta.url));

/** A node, and what fails in its process. */
export interface FallibleNode {
  readonly node: NodeProcess;
  readonly calls: FailingCalls;
}

/** The three, running; the one in the middle has its udp link in a process whose calls fail, too. Dispose it (`await using`). */
export class ThreeNodes implements AsyncDisposable {
  readonly byRole: Readonly<Record<Role, FallibleNode>>;
  /** What fails in the process of the link in the middle. */
  readonly linkCalls: FailingCalls;
  /** Of the SOCKS5 inbound of the ingress, on 127.0.0.1. */
  readonly socksPort: number;
  readonly #owned: AsyncDisposableStack;

  private constructor(
    byRole: ThreeNodes["byRole"],
    linkCalls: FailingCalls,
    socksPort: number,
    owned: AsyncDisposableStack,
  ) {
    this.byRole = byRole;
    this.linkCalls = linkCalls;
    this.socksPort = socksPort;
    this.#owned = owned;
  }

  /** Starts them; resolves when the ingress has a session with the egress. */
  static async start(): Promise<ThreeNodes> {
    await using owned = new AsyncDisposableStack();
    const [ingress, transit, egress] = await Promise.all(ROLES.map((role) => prepare(role, owned)));
    if (ingress === undefined || transit === undefined || egress === undefined) throw new Error("three roles");
    const port = await freePort();
    const wan = (listen: string): object => ({ name: "wan", kind: "udp", listen });
    const address = `127.0.0.1:${port}`;
    const linkCalls = owned.use(await FailingCalls.create());
    const command = [process.execPath, UDP_LINK];
    const middle = { name: "wan", kind: "process", command, config: { listen: address }, env: linkCalls.environment };
    await transit.node.up({
      links: [middle],
      peers: [
        { name: "ingress", id: ingress.node.id, link: "wan" },
        { name: "egress", id: egress.node.id, link: "wan" },
      ],
    });
    await egress.node.up({
      outbounds: [{ tcp: { allow: LOOPBACK_OPEN } }],
      links: [wan("127.0.0.1:0")],
      peers: [
        { name: "transit", id: transit.node.id, link: "wan", address },
        { name: "ingress", id: ingress.node.id, via: ["transit"] },
      ],
    });
    await ingress.node.up({
      inbounds: [{ socks5: "127.0.0.1:0" }],
      links: [wan("127.0.0.1:0")],
      peers: [
        { name: "transit", id: transit.node.id, link: "wan", address },
        { name: "egress", id: egress.node.id, via: ["transit"] },
      ],
      routes: [{ to: "*", through: "egress" }],
    });
    await ingress.node.waitForPeer("egress");
    const byRole = { ingress, transit, egress };
    return new ThreeNodes(byRole, linkCalls, await ingress.node.socksPort(), owned.move());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#owned.disposeAsync();
  }
}

/** Starts an ingress and an egress, neighbours on loopback. */
export async function startPair(ingress: NodeProcess, egress: NodeProcess): Promise<void> {
  const address = `127.0.0.1:${await freePort()}`;
  await egress.up({
    outbounds: [{ tcp: { allow: LOOPBACK_OPEN } }],
    links: [{ name: "wan", kind: "udp", listen: address }],
    peers: [{ name: ingress.name, id: ingress.id, link: "wan" }],
  });
  await ingress.up({
    inbounds: [{ socks5: "127.0.0.1:0" }],
    links: [{ name: "wan", kind: "udp", listen: "127.0.0.1:0" }],
    peers: [{ name: egress.name, id: egress.id, link: "wan", address }],
    routes: [{ to: "*", through: egress.name }],
  });
  await ingress.waitForPeer(egress.name);
}

async function prepare(role: Role, owned: AsyncDisposableStack): Promise<FallibleNode> {
  const calls = owned.use(await FailingCalls.create());
  const node = owned.use(await NodeProcess.prepare(role, { environment: calls.environment }));
  return { node, calls };
}
