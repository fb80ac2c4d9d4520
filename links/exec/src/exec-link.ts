/** The exec link: frames over the standard input and output of commands, each frame preceded by its length. */
import type { LinkDefinition, NodeDoor } from "@flor/link-kit";
import { CarrierLink, readEndName } from "@flor/stream-carrier";
import { EXEC_CONFIG_SCHEMA } from "./config-schema.ts";
import { type ExecConfig, parseExecConfig } from "./exec-config.ts";
import { listenUnix, type UnixListener } from "./listen-unix.ts";
import { startCommand } from "./start-command.ts";

/** The exec link. */
export const execLink: LinkDefinition<ExecConfig> = {
  name: "exec",
  version: "0.1.0",
  configSchema: EXEC_CONFIG_SCHEMA,
  parseConfig: parseExecConfig,
  open: openExecLink,
};

async function openExecLink({ command, env, socket, mtu }: ExecConfig, node: NodeDoor): Promise<CarrierLink> {
  const name = await readEndName(node.stateDirectory);
  let listener: UnixListener | undefined;
  const close = async (): Promise<void> => listener?.close();
  const dial =
    command === undefined ? {} : { dial: (address: string) => startCommand({ command, env, address, node }) };
  const link = new CarrierLink({ node, kind: "exec", name, mtu, close, ...dial });
  try {
    const accept = link.accept.bind(link);
    const handleError = (code: string): void => node.count(`error.${code}`);
    listener = socket === undefined ? undefined : await listenUnix(socket, accept, handleError);
  } catch (error) {
    await link.close();
    throw error;
  }
  return link;
}
