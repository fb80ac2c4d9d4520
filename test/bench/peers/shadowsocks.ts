import { findTool, installHint } from "@flor/testkit";
import { waitForFlow } from "../wait-for-flow.ts";
import type { Peer } from "./peer.ts";

const SERVER_PORT = 8388;
const SOCKS_PORT = 11_083;

/** shadowsocks-libev with AES-128-GCM: one TCP connection for each flow of TCP, and UDP as it comes. */
export const shadowsocks: Peer = {
  name: "shadowsocks",
  missing: () => (findTool("ss-server") === undefined ? installHint("ss-server") : undefined),
  start: async (stage) => {
    const shared = ["-p", String(SERVER_PORT), "-k", "bench", "-m", "aes-128-gcm", "--no-delay", "-u"];
    const server = stage.server.start("ss-server", ["-s", stage.serverAddress, ...shared]);
    await server.waitForOutput(/listening at/);
    const began = performance.now();
    const socks = ["-b", "127.0.0.1", "-l", String(SOCKS_PORT)];
    const local = stage.client.start("ss-local", ["-s", stage.serverAddress, ...shared, ...socks]);
    await waitForFlow(stage, { socksPort: SOCKS_PORT, target: stage.serverAddress });
    return {
      name: "shadowsocks",
      socksPort: SOCKS_PORT,
      target: stage.serverAddress,
      processes: { client: local.pid, server: server.pid },
      startMs: performance.now() - began,
      [Symbol.asyncDispose]: async () => {
        await local.stop();
        await server.stop();
      },
    };
  },
};
