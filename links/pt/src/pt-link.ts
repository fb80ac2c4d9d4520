/** The pt link: frames over any pluggable transport of Tor's, version 1 of its specification. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { LinkDefinition, NodeDoor } from "@flor/link-kit";
import { CarrierLink, readEndName } from "@flor/stream-carrier";
import { PtClient } from "./pt-client.ts";
import { PT_CONFIG_SCHEMA } from "./config-schema.ts";
import { parsePtConfig, type PtConfig } from "./pt-config.ts";
import { PtServer } from "./pt-server.ts";

/** The pt link. */
export const ptLink: LinkDefinition<PtConfig> = {
  name: "pt",
  version: "0.1.0",
  configSchema: PT_CONFIG_SCHEMA,
  parseConfig: parsePtConfig,
  open: openPtLink,
};

async function openPtLink({ listen, options, mtu, ...config }: PtConfig, node: NodeDoor): Promise<CarrierLink> {
  const name = await readEndName(node.stateDirectory);
  const folder = await openStateFolder(node);
  const shared = { ...config, node };
  const client = new PtClient({ ...shared, role: { is: "client" }, stateFolder: join(folder.path, "client") });
  let server: PtServer | undefined;
  const close = async (): Promise<void> => {
    server?.close();
    await client.close();
    await folder.close();
  };
  const dial: PtClient["dial"] = (address, signal) => client.dial(address, signal);
  const link = new CarrierLink({ node, kind: "pt", name, mtu, dial, close });
  if (listen === undefined) return link;
  const accept: CarrierLink["accept"] = (stream) => link.accept(stream);
  server = await PtServer.open({ ...shared, stateFolder: join(folder.path, "server"), listen, options, accept });
  return link;
}

/** Where the transport keeps its keys: without a folder that stays, they are others at each start. */
async function openStateFolder(node: NodeDoor): Promise<{ readonly path: string; close(): Promise<void> }> {
  if (node.stateDirectory !== undefined) return { path: node.stateDirectory, close: async () => {} };
  const path = await mkdtemp(join(tmpdir(), "flor-pt-"));
  node.log("warn", "there is no persistent folder: the transport makes new keys at each start");
  return { path, close: () => rm(path, { recursive: true, force: true }) };
}
