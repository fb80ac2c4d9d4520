/**
 * The seam between QUIC and cryptography: RFC 9001 from outside. `packages/host` gives OpenSSL's by FFI; tests and
 * simulations give one without secrecy. Nothing here makes an object per packet.
 *
 * All octets lie in ArrayBuffers that live long: a provider may keep the address of each, by its ArrayBuffer.
 */

/** Octets of an AEAD tag: the same for every suite of RFC 9001 section 5.3. */
export const TAG_OCTETS = 16;
/** Octets of a header protection sample, RFC 9001 section 5.4.2. */
export const SAMPLE_OCTETS = 16;
/** Octets kept of a header protection mask, RFC 9001 section 5.4.1. */
export const MASK_OCTETS = 5;

/** The keys of one direction, one level and one key phase. */
export interface PacketKeys {
  /** Packets that may be sealed with these keys, RFC 9001 section 6.6. */
  readonly confidentialityLimit: number;
  /** Packets that may fail to open under one connection's keys, RFC 9001 section 6.6. */
  readonly integrityLimit: number;
  /**
   * Seals one packet in place: header at octets[headerStart, payloadStart), unprotected and with its packet number;
   * payload at octets[payloadStart, payloadEnd). The tag goes to octets[payloadEnd, payloadEnd + 16).
   */
  seal(octets: Uint8Array, headerStart: number, payloadStart: number, payloadEnd: number, packetNumber: number): void;
  /**
   * Like `seal`, but the payload ends with source[sourceStart, sourceEnd), which lies elsewhere and is encrypted straight
   * to octets[payloadEnd, …). The tag follows it.
   */
  sealFrom(
    octets: Uint8Array,
    headerStart: number,
    payloadStart: number,
    payloadEnd: number,
    packetNumber: number,
    source: Uint8Array,
    sourceStart: number,
    sourceEnd: number,
  ): void;
  /**
   * Opens octets[payloadStart, end) in place, tag included; the header before it is unprotected already.
   *
   * @returns where the plain payload ends, or -1 when the packet is not authentic
   */
  open(octets: Uint8Array, headerStart: number, payloadStart: number, end: number, packetNumber: number): number;
  /** The keys of the next key phase, RFC 9001 section 6.1. */
  next(): PacketKeys;
  /** Gives up what the keys hold outside the heap; not used afterwards. */
  free(): void;
}

/** The header protection key of one direction and level; it outlives key updates. */
export interface HeaderKeys {
  /**
   * Reads `count` samples of 16 octets, one behind the other, and writes `count` masks, 16 octets apart, of which the
   * first {@link MASK_OCTETS} count.
   */
  masks(samples: Uint8Array, count: number, masks: Uint8Array): void;
  free(): void;
}

/** One direction of one level. */
export interface DirectionKeys {
  readonly packet: PacketKeys;
  readonly header: HeaderKeys;
}

/** TLS levels with keys of their own that a handshake yields; the Initial level's come from the connection id. */
export type TlsLevel = "initial" | "handshake" | "application";

/** Keys that the handshake produced, in order. */
export interface LevelKeys {
  readonly level: "handshake" | "application";
  readonly direction: "read" | "write";
  readonly keys: DirectionKeys;
}

/** TLS 1.3 for one connection, RFC 9001 section 4. Synchronous, without sockets or records. */
export interface TlsHandshake {
  /**
   * Takes CRYPTO octets that arrived in order at a level, copied; an empty array starts a client.
   *
   * @returns undefined, or the TLS alert that ends the connection (RFC 9001 section 4.8: error 0x0100 + alert)
   */
  handleCrypto(level: TlsLevel, octets: Uint8Array): number | undefined;
  /** The next CRYPTO octets to send, or `undefined`. */
  takeCrypto(): { readonly level: TlsLevel; readonly octets: Uint8Array } | undefined;
  /** The next keys, or `undefined`. */
  takeKeys(): LevelKeys | undefined;
  /** Why `handleCrypto` returned an alert and what to do, for logs and the reason of the close. */
  readonly failure: string | undefined;
  /** Both ends' Finished are verified. */
  readonly isComplete: boolean;
  /** The peer's quic_transport_parameters extension, RFC 9001 section 8.2; known before `isComplete`. */
  readonly peerTransportParameters: Uint8Array | undefined;
  /** The protocol of ALPN, or `undefined`. */
  readonly protocol: string | undefined;
  /** The peer's end-entity certificate, DER, or `undefined` when it sent none. */
  peerCertificate(): Uint8Array | undefined;
  free(): void;
}

/** What one handshake needs. */
export interface TlsOptions {
  readonly role: "client" | "server";
  /** Our quic_transport_parameters, encoded. */
  readonly transportParameters: Uint8Array;
  /** Protocols of ALPN, in order of preference. */
  readonly protocols: readonly string[];
  /** For SNI, of a client. */
  readonly serverName?: string;
}

/** Cryptography for connections with one certificate. */
export interface CryptoProvider {
  /** Initial keys, RFC 9001 section 5.2, by the destination connection id of the client's first Initial. */
  initialKeys(destinationId: Uint8Array, direction: "client" | "server"): DirectionKeys;
  /** Writes the Retry Integrity Tag of RFC 9001 section 5.8 over `pseudoPacket` to into[at, at + 16). */
  retryTag(pseudoPacket: Uint8Array, into: Uint8Array, at: number): void;
  /** Starts a handshake. */
  handshake(options: TlsOptions): TlsHandshake;
}
