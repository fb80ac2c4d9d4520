import type { RunningNode } from "../running-node.ts";
import { controlMethodsOf } from "./control-methods.ts";
import { type ControlSocket, openControlSocket } from "./control-socket.ts";
import { controlSocketPath, runtimeFolder } from "./runtime-folder.ts";

/**
 * Opens the control socket of the node `name`; it also keeps a second node of that name from starting.
 *
 * @param node the node once it runs; `undefined` while it starts
 * @throws FlorError when a live node has the name, or the socket cannot be made
 */
export async function openNodeControl(
  name: string,
  environment: NodeJS.ProcessEnv,
  node: () => RunningNode | undefined,
): Promise<ControlSocket> {
  return openControlSocket(controlSocketPath(runtimeFolder(environment), name), controlMethodsOf(node));
}
