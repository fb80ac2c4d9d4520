import { writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  findTool,
  installHint,
  makeFolder,
  type Namespace,
  removeFolder,
  run,
  type StartedProcess,
} from "@flor/testkit";
import { waitForFlow } from "../wait-for-flow.ts";
import type { Peer } from "./peer.ts";

const ADDRESS = { client: "10.91.0.1", server: "10.91.0.2" };
const NETWORK = "10.91.0.0/24";
const UDP_PORT = 4242;

/** Nebula: a TUN device on each side, its packets in UDP under AES-GCM. */
export const nebula: Peer = {
  name: "nebula",
  missing: () => (findTool("nebula") === undefined ? installHint("nebula") : undefined),
  start: async (stage) => {
    const folder = makeFolder("flor-nebula-");
    await certify(folder);
    const underlay = { client: stage.clientAddress, server: stage.serverAddress };
    const began = performance.now();
    const server = startSide(folder, "server", stage.server, underlay);
    const client = startSide(folder, "client", stage.client, underlay);
    await waitForFlow(stage, { socksPort: undefined, target: ADDRESS.server });
    await stage.chooseCongestionControl("cubic", NETWORK);
    return {
      name: "nebula",
      socksPort: undefined,
      target: ADDRESS.server,
      processes: { client: client.pid, server: server.pid },
      startMs: performance.now() - began,
      [Symbol.asyncDispose]: async () => {
        await client.stop();
        await server.stop();
        removeFolder(folder);
      },
    };
  },
};

async function certify(folder: string): Promise<void> {
  const authority = ["-out-key", join(folder, "ca.key"), "-out-crt", join(folder, "ca.crt")];
  await run("nebula-cert", ["ca", "-name", "bench", ...authority]);
  for (const side of ["client", "server"] as const) {
    const signer = ["-ca-key", join(folder, "ca.key"), "-ca-crt", join(folder, "ca.crt")];
    const made = ["-out-key", join(folder, `${side}.key`), "-out-crt", join(folder, `${side}.crt`)];
    await run("nebula-cert", ["sign", "-name", side, "-ip", `${ADDRESS[side]}/24`, ...signer, ...made]);
  }
}

function startSide(
  folder: string,
  side: "client" | "server",
  namespace: Namespace,
  underlay: Readonly<Record<"client" | "server", string>>,
): StartedProcess {
  const other = side === "client" ? "server" : "client";
  const anything = [{ port: "any", proto: "any", host: "any" }];
  const configuration = {
    pki: { ca: join(folder, "ca.crt"), cert: join(folder, `${side}.crt`), key: join(folder, `${side}.key`) },
    static_host_map: { [ADDRESS[other]]: [`${underlay[other]}:${UDP_PORT}`] },
    lighthouse: { am_lighthouse: false, hosts: [] },
    listen: { host: underlay[side], port: UDP_PORT },
    cipher: "aes",
    tun: { dev: "nebula", mtu: 1300 },
    firewall: { outbound: anything, inbound: anything },
    logging: { level: "warning" },
  };
  const file = join(folder, `${side}.yaml`);
  // JSON is YAML.
  writeFileSync(file, JSON.stringify(configuration));
  return namespace.start("nebula", ["-config", file]);
}
