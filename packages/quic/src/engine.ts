/** The QUIC engine itself, for those who give it cryptography or congestion control, or speak QUIC without flor. */
export * from "./tls/packet-protection.ts";
export type * from "./congestion/congestion-controller.ts";
export { tlsAlertText } from "./tls/tls-alert-text.ts";
export { Bbr } from "./congestion/bbr/bbr.ts";
export { cubic } from "./congestion/cubic.ts";
export { newReno } from "./congestion/new-reno.ts";
export { DeparturePacer } from "./congestion/departure-pacer.ts";
export { Connection } from "./connection/connection.ts";
export { type EngineMaker, type EngineMakerOptions, engineMaker } from "./create-engines.ts";
export type { QuicEngine, QuicEngineFactory, QuicEngineLimits, QuicEngineParts } from "./quic-engine.ts";
export { encodeVersionNegotiation } from "./packet/version-negotiation.ts";
export { type LongHeader, longPacketType, QUIC_VERSION_1, readInvariantHeader, readLongHeader } from "./long-header.ts";
