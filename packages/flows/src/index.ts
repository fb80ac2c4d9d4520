export { AreaChannel } from "./area-channel.ts";
export { SERVICE_HOPS_MAX, type ServiceAsk } from "./destination.ts";
export { DatagramClient, type DatagramReceiver, type DatagramRouter, type DatagramWay } from "./datagram-client.ts";
export { type DatagramDrop, DATAGRAM_DROPS } from "./datagram-drop.ts";
export { DatagramEnd, type DatagramUser } from "./datagram-end.ts";
export { EARLY_FULL_OCTETS, EARLY_MAX_OCTETS } from "./early-octets.ts";
export { EgressFlow, type EgressOwner } from "./egress-flow.ts";
export { Farewell } from "./farewell.ts";
export type { Flow, StreamUser } from "./flow.ts";
export { type Conversation, type Inbound, INCOMPLETE, type Progress } from "./inbound.ts";
export { IngressFlow, type IngressOwner, type StreamOwner } from "./ingress-flow.ts";
export {
  COMMAND_JOIN,
  Join,
  type JoinAnswer,
  type JoinOutcome,
  type JoinRequest,
  NETWORK_NAME_MAX_CHARACTERS,
} from "./join.ts";
export type { DatagramDoor, LocalSocket, LocalSocketListener } from "./local-socket.ts";
export { type ReachAddresses, type ReachAnswer, ReachAsk } from "./reach.ts";
export { Reception, type ReceptionOwner } from "./reception.ts";
export { type BlockedWriter, Relay, type RelayOwner, STREAMS_PER_FLOW } from "./relay.ts";
export type { BoundAddress, Request } from "./request.ts";
export { isRemote } from "./same-remote.ts";
export { socketPair } from "./socket-pair.ts";
export { Splice } from "./splice.ts";
export type { StreamCarrier } from "./stream-carrier.ts";
export { StreamErrorCode } from "./stream-error-code.ts";
