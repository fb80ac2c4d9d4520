import { NodeProcess } from "@flor/testkit";
import type { Stage } from "../stage.ts";
import { waitForFlow } from "../wait-for-flow.ts";
import type { Peer, RunningPeer } from "./peer.ts";

/** The links of a pair of nodes; each is called `wan`. */
export interface PairLinks {
  readonly client: object;
  readonly server: object;
  /** Where the client's link finds the server's, once the server's node runs. */
  readonly address: (server: NodeProcess) => string | Promise<string>;
  /** What the links need beside the nodes. @default nothing */
  readonly owned?: AsyncDisposable;
}

/** A pair of nodes as a peer. */
export interface PairDefinition extends Pick<Peer, "name" | "only" | "link"> {
  /** On the client's loopback; no other peer's. */
  readonly socksPort: number;
  readonly missing: () => string | undefined;
  /** The program that both nodes run. @default this checkout's, from its source */
  readonly program?: () => Promise<string>;
  /** Makes the links; nothing of the nodes runs yet. */
  readonly openLinks: (stage: Stage, server: NodeProcess) => PairLinks | Promise<PairLinks>;
}

/** flor as a peer: a node on each side, each with its own link process. */
export function florPair(definition: PairDefinition): Peer {
  return { ...definition, start: async (stage) => start(definition, stage) };
}

async function start({ name, socksPort, openLinks, program }: PairDefinition, stage: Stage): Promise<RunningPeer> {
  await using owned = new AsyncDisposableStack();
  const flor = await program?.();
  // Ends after the nodes: what their links hold open would keep it waiting.
  const beneath = owned.use(new AsyncDisposableStack());
  const client = owned.use(await NodeProcess.prepare("client", { namespace: stage.client, program: flor }));
  const server = owned.use(await NodeProcess.prepare("server", { namespace: stage.server, program: flor }));
  const links = await openLinks(stage, server);
  if (links.owned !== undefined) beneath.use(links.owned);
  await server.up({
    outbounds: [
      { tcp: { allow: [`${stage.serverAddress}/32:*`] } },
      { udp: { allow: [`${stage.serverAddress}/32:*`] } },
    ],
    links: [{ name: "wan", ...links.server }],
    peers: [{ name: "client", id: client.id, link: "wan" }],
  });
  const address = await links.address(server);
  const began = performance.now();
  await client.up({
    inbounds: [{ socks5: `127.0.0.1:${socksPort}` }],
    links: [{ name: "wan", ...links.client }],
    peers: [{ name: "server", id: server.id, link: "wan", address }],
    routes: [{ to: "*", through: "server" }],
  });
  await waitForFlow(stage, { socksPort, target: stage.serverAddress });
  const kept = owned.move();
  return {
    name,
    socksPort,
    target: stage.serverAddress,
    processes: { client: client.process.pid, server: server.process.pid },
    clientNode: client,
    startMs: performance.now() - began,
    [Symbol.asyncDispose]: async () => kept.disposeAsync(),
  };
}
