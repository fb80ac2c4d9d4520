import { NodeProcess } from "@flor/testkit";
import type { Stage } from "../stage.ts";
import { waitForFlow } from "../wait-for-flow.ts";
import type { Peer, RunningPeer } from "./peer.ts";

const NETWORK = "above";
const LINK_PORT = 4610;

/** flor on flor over udp, and once more: nodes on top of each other on both sides, for the row `links` alone. */
export const florOnFlor: readonly Peer[] = [2, 3].map((layers) => ({
  name: `flor-${layers}-layers`,
  missing: () => undefined,
  only: ["links"],
  link: { title: layers === 2 ? "`native`, one layer" : `\`native\`, ${layers - 1} layers`, needs: "–" },
  start: async (stage) => start(stage, layers),
}));

interface Ends {
  readonly client: NodeProcess;
  readonly server: NodeProcess;
}

async function start(stage: Stage, layers: number): Promise<RunningPeer> {
  await using owned = new AsyncDisposableStack();
  const socksPort = 11_100 + layers;
  const began = performance.now();
  let beneath: Ends | undefined;
  for (let layer = 1; layer <= layers; layer += 1) {
    const ends: Ends = {
      client: owned.use(await NodeProcess.prepare(`c${layers}-${layer}`, { namespace: stage.client })),
      server: owned.use(await NodeProcess.prepare(`s${layers}-${layer}`, { namespace: stage.server })),
    };
    const linkPort = LINK_PORT + layers;
    await startLayer(stage, ends, { beneath, linkPort, socksPort: layer === layers ? socksPort : undefined });
    beneath = ends;
  }
  await waitForFlow(stage, { socksPort, target: stage.serverAddress });
  const kept = owned.move();
  const top = beneath!;
  return {
    name: `flor-${layers}-layers`,
    socksPort,
    target: stage.serverAddress,
    processes: {},
    clientNode: top.client,
    startMs: performance.now() - began,
    [Symbol.asyncDispose]: async () => kept.disposeAsync(),
  };
}

/** Where two nodes stand in their stacks. */
interface Place {
  /** Absent: on udp. */
  readonly beneath: Ends | undefined;
  readonly linkPort: number;
  /** Of the highest nodes, which carry clients. */
  readonly socksPort: number | undefined;
}

async function startLayer(
  stage: Stage,
  { client, server }: Ends,
  { beneath, linkPort, socksPort }: Place,
): Promise<void> {
  const isTop = socksPort !== undefined;
  const northbound = { northbound: [{ name: NETWORK }] };
  const address = beneath === undefined ? `${stage.serverAddress}:${linkPort}` : beneath.server.name;
  const [clientLink, serverLink] =
    beneath === undefined
      ? [
          { kind: "udp", listen: `${stage.clientAddress}:0` },
          { kind: "udp", listen: address },
        ]
      : [attachTo(beneath.client), attachTo(beneath.server)];
  await server.up({
    links: [{ name: "below", ...serverLink }],
    peers: [{ name: client.name, id: client.id, link: "below" }],
    ...(isTop ? { outbounds: [{ tcp: { allow: [`${stage.serverAddress}/32:*`] } }] } : northbound),
  });
  const ingress = { inbounds: [{ socks5: `127.0.0.1:${socksPort}` }], routes: [{ to: "*", through: server.name }] };
  await client.up({
    links: [{ name: "below", ...clientLink }],
    peers: [{ name: server.name, id: server.id, link: "below", address }],
    ...(isTop ? ingress : northbound),
  });
  await client.waitForPeer(server.name);
}

function attachTo(node: NodeProcess): object {
  return { kind: "native", attach: node.northboundPath(NETWORK) };
}
