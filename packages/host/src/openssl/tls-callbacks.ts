/**
 * The C functions by which OpenSSL's TLS talks to QUIC, SSL_set_quic_tls_cbs(3). They run only while we call
 * OpenSSL, so one set serves all handshakes: the one whose call runs is the active one. What throws in them never crosses into C.
 */
import { callbackPointer, copyFrom, type Pointer, writeOctet, writeWord } from "./library.ts";
import { DISPATCH, slab } from "./slab.ts";

/** What a handshake does for OpenSSL during a call. */
export interface TlsEvents {
  /** CRYPTO octets to send at the level of the newest write secret. */
  handleSend(octets: Uint8Array): void;
  /** The next octets to read, which stay where they are until `releaseChunk`; `undefined` when none are there. */
  nextChunk(): TlsChunk | undefined;
  releaseChunk(): void;
  handleSecret(level: number, isWrite: boolean, secret: Uint8Array): void;
  handleTransportParameters(octets: Uint8Array): void;
  handleAlert(alert: number): void;
  /** Where in the list of a client's ALPN (RFC 7301 section 3.1) the chosen name's length stands, or -1. */
  chooseProtocol(offered: Uint8Array): number;
  /** One of the above threw; the handshake fails. */
  handleFault(error: unknown): void;
}

/** Received CRYPTO octets, outside the heap. */
export interface TlsChunk {
  readonly address: Pointer;
  readonly length: number;
}

let active: TlsEvents | undefined;

/** Makes a call into OpenSSL, during which `events` are told. */
export function callWith(events: TlsEvents, call: () => number): number {
  const outer = active;
  active = events;
  try {
    return call();
  } finally {
    active = outer;
  }
}

const FAILED = 0;
const DONE = 1;

function guarded(step: (events: TlsEvents) => void, failure: number = FAILED, success: number = DONE): number {
  const events = active;
  if (events === undefined) return failure;
  try {
    step(events);
    return success;
  } catch (error) {
    events.handleFault(error);
    return failure;
  }
}

const send = callbackPointer(
  "flor_tls_send",
  "uintptr_t, uintptr_t octets, size_t length, uintptr_t consumed, uintptr_t",
  (_ssl: Pointer, octets: Pointer, length: number, consumed: Pointer) =>
    guarded((events) => {
      events.handleSend(copyFrom(octets, length));
      writeWord(consumed, length);
    }),
);

const receive = callbackPointer(
  "flor_tls_receive",
  "uintptr_t, uintptr_t octets, uintptr_t length, uintptr_t",
  (_ssl: Pointer, octets: Pointer, length: Pointer) =>
    guarded((events) => {
      const chunk = events.nextChunk();
      if (chunk !== undefined) writeWord(octets, chunk.address);
      writeWord(length, chunk?.length ?? 0);
    }),
);

const release = callbackPointer("flor_tls_release", "uintptr_t, size_t, uintptr_t", () =>
  guarded((events) => events.releaseChunk()),
);

const secret = callbackPointer(
  "flor_tls_secret",
  "uintptr_t, uint32_t level, int direction, uintptr_t octets, size_t length, uintptr_t",
  (_ssl: Pointer, level: number, direction: number, octets: Pointer, length: number) =>
    guarded((events) => events.handleSecret(level, direction === 1, copyFrom(octets, length))),
);

const transportParameters = callbackPointer(
  "flor_tls_transport_parameters",
  "uintptr_t, uintptr_t octets, size_t length, uintptr_t",
  (_ssl: Pointer, octets: Pointer, length: number) =>
    guarded((events) => events.handleTransportParameters(copyFrom(octets, length))),
);

const alert = callbackPointer("flor_tls_alert", "uintptr_t, uint8_t alert, uintptr_t", (_ssl: Pointer, code: number) =>
  guarded((events) => events.handleAlert(code)),
);

/** For SSL_CTX_set_cert_verify_callback(3): every chain will do, the connection compares the key with its pin. */
export const acceptChain: Pointer = callbackPointer("flor_tls_accept_chain", "uintptr_t, uintptr_t", () => DONE);

const ALPN_CHOSEN = 0;
const ALPN_FATAL = 2;

/** For SSL_CTX_set_alpn_select_cb(3). */
export const chooseProtocol: Pointer = callbackPointer(
  "flor_tls_choose_protocol",
  "uintptr_t, uintptr_t chosen, uintptr_t chosenLength, uintptr_t offered, unsigned int length, uintptr_t",
  (_ssl: Pointer, chosen: Pointer, chosenLength: Pointer, offered: Pointer, length: number) => {
    let isChosen = false;
    guarded((events) => {
      const names = copyFrom(offered, length);
      const at = events.chooseProtocol(names);
      if (at < 0) return;
      writeWord(chosen, offered + at + 1);
      writeOctet(chosenLength, names[at] ?? 0);
      isChosen = true;
    });
    return isChosen ? ALPN_CHOSEN : ALPN_FATAL;
  },
);

/** OSSL_DISPATCH of openssl/core_dispatch.h: entries of 16 octets, function id and pointer; an empty one is the last. */
const FIRST_FUNCTION_ID = 2001;
for (const [index, pointer] of [send, receive, release, secret, transportParameters, alert].entries()) {
  slab.setInt32(DISPATCH + 16 * index, FIRST_FUNCTION_ID + index, true);
  slab.setBigUint64(DISPATCH + 16 * index + 8, BigInt(pointer), true);
}
