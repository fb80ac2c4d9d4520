/** The tcp link: a star of neighbours over TCP connections, each frame preceded by its length. */
import type { LinkDefinition, NodeDoor } from "@flor/link-kit";
import { CarrierLink, readEndName } from "@flor/stream-carrier";
import { createDial } from "./dial.ts";
import { type TcpListener, listenTcp } from "./listen-tcp.ts";
import { TCP_CONFIG_SCHEMA } from "./config-schema.ts";
import { parseTcpConfig, type TcpConfig } from "./tcp-config.ts";

/** The tcp link. */
export const tcpLink: LinkDefinition<TcpConfig> = {
  name: "tcp",
  version: "0.1.0",
  configSchema: TCP_CONFIG_SCHEMA,
  parseConfig: parseTcpConfig,
  open: openTcpLink,
};

async function openTcpLink({ listen, proxy, mtu }: TcpConfig, node: NodeDoor): Promise<CarrierLink> {
  const name = await readEndName(node.stateDirectory);
  const dial = createDial(proxy);
  let listener: TcpListener | undefined;
  const close = async (): Promise<void> => listener?.close();
  const link = new CarrierLink({ node, kind: "tcp", name, mtu, dial, close });
  try {
    const accept = link.accept.bind(link);
    const handleError = (code: string): void => node.count(`error.${code}`);
    listener = listen === undefined ? undefined : await listenTcp(listen, accept, handleError);
  } catch (error) {
    await link.close();
    throw error;
  }
  await link.watchWays();
  if (listener !== undefined) node.log("info", `listening on ${listener.address}`);
  return link;
}
