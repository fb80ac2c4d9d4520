export type { LocalSocket, LocalSocketListener } from "./local-socket.ts";
export { EgressFlow, type EgressOwner } from "./egress-flow.ts";
export { IngressFlow, type IngressFlowOptions, type IngressOwner } from "./ingress-flow.ts";
export {
  COMMAND_JOIN,
  JoinFlow,
  type JoinAnswer,
  type JoinOutcome,
  type JoinRequest,
  NETWORK_NAME_MAX_CHARACTERS,
} from "./join.ts";
export { type BlockedWriter, Relay, type RelayOwner } from "./relay.ts";
export type { StreamCarrier } from "./stream-carrier.ts";
export { StreamErrorCode } from "./stream-error-code.ts";
