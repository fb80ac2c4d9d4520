/** What commands need to talk to a running node, without the network stack: a command starts in milliseconds. */
export { askControlSocket } from "./control/control-client.ts";
export type { ControlRequest } from "./control/control-protocol.ts";
export {
  type ControlMethods,
  type ControlSocket,
  isControlSocketLive,
  openControlSocket,
} from "./control/control-socket.ts";
export type { OpenedForward } from "./forwards.ts";
export type { LogsAnswer } from "./control/logs-answer.ts";
export { controlSocketNames, controlSocketPath, runtimeFolder } from "./control/runtime-folder.ts";
export type { LinkControl, LinkDetails } from "./links/link-control.ts";
export type { ReloadChange } from "./reload/reload-plan.ts";
export type { ReloadReport } from "./reload/reloader.ts";
export type { EchoReport, TracedHop, TraceReport } from "./seeing/seeing.ts";
export type { TriedFlow } from "./seeing/try-flow.ts";
export { stdioSocketNames, stdioSocketPath } from "./links/stdio-socket.ts";
export type { ServicesAnswer } from "./services/service-control.ts";
