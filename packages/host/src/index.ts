export { askControlSocket } from "./control-client.ts";
export { type ControlMethods, type ControlSocket, isControlSocketLive, openControlSocket } from "./control-socket.ts";
export { controlSocketNames, controlSocketPath, runtimeFolder } from "./runtime-folder.ts";
