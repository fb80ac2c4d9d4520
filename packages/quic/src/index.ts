export { readVarint, varintLength } from "./packet/varint.ts";
export { createIdentity, sign, verify, type Identity, type Signer, type Verifier } from "./identity.ts";
export { encodeNodeId, explainNodeId, parseNodeId } from "./node-id.ts";
export { decodeKeyFile, encodeKeyFile } from "./key-file.ts";
export { createCredentials, type Credentials } from "./certificate.ts";
export { AllowedPeers } from "./allowed-peers.ts";
export { ADMISSION_TYPE } from "./admission-format.ts";
export { ADMISSION_TOLERANCE_SECONDS, type AdmissionPurpose } from "./admission.ts";
export type { Agreement } from "./admission-key.ts";
export { STREAM_BLOCKED, STREAM_ENDED_BY_PEER, STREAM_GONE, type CloseReason } from "./quic-engine.ts";
export {
  HANDSHAKE_TIMEOUT,
  MIN_DATAGRAM_OCTETS,
  PIN_MISMATCH,
  type QuicConnection,
  type QuicConnectionEvent,
  type QuicConnectionState,
  type QuicConnectionStatistics,
} from "./quic-connection.ts";
export { transportErrorName } from "./packet/transport-error.ts";
export { QUIC_LIMITS } from "./quic-limits.ts";
export { QuicEndpoint } from "./quic-endpoint.ts";
export type { QuicEndpointOptions, QuicRefusal } from "./quic-endpoint-options.ts";
export type { QuicReply } from "./stateless-answers.ts";
export { type QuicDrop, QUIC_DROPS } from "./quic-drops.ts";
