/** The QUIC engine's own seams, for those who give it cryptography or congestion control. */
export * from "./tls/packet-protection.ts";
export type * from "./congestion/congestion-controller.ts";
export { tlsAlertText } from "./tls/tls-alert-text.ts";
export { Bbr } from "./congestion/bbr/bbr.ts";
export { cubic } from "./congestion/cubic.ts";
export { newReno } from "./congestion/new-reno.ts";
export { DeparturePacer } from "./congestion/departure-pacer.ts";
