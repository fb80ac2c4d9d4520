import { existsSync } from "node:fs";
import { NodeProcess } from "@flor/testkit";
import { waitForFlow } from "../wait-for-flow.ts";
import type { Peer } from "./peer.ts";

const SOCKS_PORT = 11_080;
const LINK_PORT = 4600;

/** flor: a node on each side, each with its own udp link process. */
export const flor: Peer = {
  name: "flor",
  missing: () => (existsSync("apps/flor/src/main.ts") ? undefined : "run it from the root of the repository"),
  start: async (stage) => {
    const client = await NodeProcess.prepare("client", { namespace: stage.client });
    const server = await NodeProcess.prepare("server", { namespace: stage.server });
    const began = performance.now();
    await server.up({
      outbounds: [{ tcp: { allow: [`${stage.serverAddress}/32:*`] } }],
      links: [{ name: "wan", kind: "udp", listen: `${stage.serverAddress}:${LINK_PORT}` }],
      peers: [{ name: "client", id: client.id, link: "wan" }],
    });
    await client.up({
      inbounds: [{ socks5: `127.0.0.1:${SOCKS_PORT}` }],
      links: [{ name: "wan", kind: "udp", listen: `${stage.clientAddress}:0` }],
      peers: [{ name: "server", id: server.id, link: "wan", address: `${stage.serverAddress}:${LINK_PORT}` }],
      routes: [{ to: "*", through: "server" }],
    });
    await waitForFlow(stage, { socksPort: SOCKS_PORT, target: stage.serverAddress });
    return {
      name: "flor",
      socksPort: SOCKS_PORT,
      target: stage.serverAddress,
      processes: { client: client.process.pid, server: server.process.pid },
      startMs: performance.now() - began,
      [Symbol.asyncDispose]: async () => {
        await client[Symbol.asyncDispose]();
        await server[Symbol.asyncDispose]();
      },
    };
  },
};
