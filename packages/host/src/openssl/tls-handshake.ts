import { tlsAlertText, type LevelKeys, type TlsHandshake, type TlsLevel, type TlsOptions } from "@flor/quic/engine";
import { OpensslHeaderKeys } from "./header-keys.ts";
import {
  addressOfBuffer,
  chosenProtocol,
  cipherNumber,
  clearErrors,
  controlTlsText,
  copyFrom,
  currentCipher,
  doHandshake,
  encodeCertificate,
  freeTls,
  newTls,
  offerProtocols,
  peerCertificate,
  pendingCipher,
  type Pointer,
  readTls,
  setAcceptState,
  setConnectState,
  setQuicCallbacks,
  setTransportParameters,
  tlsError,
} from "./library.ts";
import { OpensslPacketKeys } from "./packet-keys.ts";
import { dispatchAddress, lengthAddress, pointerAddress, readLength, readPointer, writePointer } from "./slab.ts";
import { suiteNumbered } from "./suite.ts";
import { callWith, type TlsChunk, type TlsEvents } from "./tls-callbacks.ts";
import { takeReasons } from "./tls-error.ts";

// openssl/ssl.h
const SET_TLSEXT_HOSTNAME = 55;
const ERROR_WANT_READ = 2;
/** OSSL_RECORD_PROTECTION_LEVEL_…, openssl/ssl.h. */
const LEVELS: readonly (TlsLevel | undefined)[] = ["initial", undefined, "handshake", "application"];
/** OpenSSL takes CRYPTO octets as records; none of TLS 1.3 is longer. */
const CHUNK_MAX_OCTETS = 16_384;

/** Alerts of RFC 8446 section 6 that QUIC itself asks for. */
const UNEXPECTED_MESSAGE = 10;
const INTERNAL_ERROR = 80;
const MISSING_EXTENSION = 109;
const NO_APPLICATION_PROTOCOL = 120;

let held = 0;
const abandoned = new FinalizationRegistry((ssl: Pointer) => release(ssl));

/** Handshakes that are not freed. */
export function heldHandshakes(): number {
  return held;
}

/** TLS 1.3 of one connection by OpenSSL. */
export class OpensslHandshake implements TlsHandshake, TlsEvents {
  readonly #protocols: readonly string[];
  readonly #chunks: (TlsChunk & { readonly level: TlsLevel; readonly buffer: ArrayBuffer })[] = [];
  readonly #sent: { readonly level: TlsLevel; readonly octets: Uint8Array }[] = [];
  readonly #secrets: { readonly level: TlsLevel; readonly isWrite: boolean; readonly secret: Uint8Array }[] = [];
  readonly #keys: LevelKeys[] = [];
  /** OpenSSL reads it where it lies until it is sent. */
  readonly #transportParameters: ArrayBuffer;
  #ssl: Pointer;
  #readLevel: TlsLevel = "initial";
  #writeLevel: TlsLevel = "initial";
  #alert: number | undefined;
  #fault: unknown;
  isComplete = false;
  peerTransportParameters: Uint8Array | undefined;
  protocol: string | undefined;
  failure: string | undefined;

  /** @param context an SSL_CTX of the role */
  constructor(context: Pointer, options: TlsOptions) {
    this.#protocols = options.protocols;
    this.#transportParameters = new Uint8Array(options.transportParameters).buffer;
    this.#ssl = newTls(context);
    if (this.#ssl === 0) throw new Error(`OpenSSL has no memory for a TLS handshake: ${takeReasons()}`);
    held += 1;
    abandoned.register(this, this.#ssl, this);
    const length = options.transportParameters.length;
    const isReady =
      setQuicCallbacks(this.#ssl, dispatchAddress, 0) === 1 &&
      setTransportParameters(this.#ssl, addressOfBuffer(this.#transportParameters), length) === 1 &&
      (options.role === "server" ? this.#prepareServer() : this.#prepareClient(options));
    if (isReady) return;
    this.free();
    throw new Error(`OpenSSL refuses to start a TLS handshake: ${takeReasons()}`);
  }

  handleCrypto(level: TlsLevel, octets: Uint8Array): number | undefined {
    if (this.#alert !== undefined) return this.#alert;
    if (this.#ssl === 0) return this.#fail(INTERNAL_ERROR, "the handshake was freed");
    if (octets.length > 0 && level !== this.#readLevel)
      return this.#fail(
        UNEXPECTED_MESSAGE,
        `the peer sent handshake octets at the ${level} level too late or too early`,
      );
    for (let at = 0; at < octets.length; at += CHUNK_MAX_OCTETS)
      this.#queue(level, octets.slice(at, at + CHUNK_MAX_OCTETS).buffer);
    this.#drive();
    this.#makeKeys();
    return this.#alert;
  }

  takeCrypto(): { readonly level: TlsLevel; readonly octets: Uint8Array } | undefined {
    return this.#sent.shift();
  }

  takeKeys(): LevelKeys | undefined {
    return this.#keys.shift();
  }

  peerCertificate(): Uint8Array | undefined {
    const certificate = this.#ssl === 0 ? 0 : peerCertificate(this.#ssl);
    const length = certificate === 0 ? 0 : encodeCertificate(certificate, 0);
    if (length <= 0) return undefined;
    const der = new ArrayBuffer(length);
    writePointer(addressOfBuffer(der));
    return encodeCertificate(certificate, pointerAddress) === length ? new Uint8Array(der) : undefined;
  }

  free(): void {
    if (this.#ssl === 0) return;
    abandoned.unregister(this);
    release(this.#ssl);
    this.#ssl = 0;
    for (const { keys } of this.#keys.splice(0)) {
      keys.packet.free();
      keys.header.free();
    }
  }

  handleSend(octets: Uint8Array): void {
    this.#sent.push({ level: this.#writeLevel, octets });
  }

  nextChunk(): TlsChunk | undefined {
    const chunk = this.#chunks[0];
    if (chunk === undefined || chunk.level === this.#readLevel) return chunk;
    this.handleAlert(UNEXPECTED_MESSAGE);
    throw new Error("handshake octets reach beyond their level");
  }

  releaseChunk(): void {
    this.#chunks.shift();
  }

  handleSecret(number: number, isWrite: boolean, secret: Uint8Array): void {
    const level = LEVELS[number];
    if (level === undefined || level === "initial")
      throw new Error(`secret of level ${number}, which QUIC does not have`);
    if (isWrite) this.#writeLevel = level;
    else this.#readLevel = level;
    this.#secrets.push({ level, isWrite, secret });
  }

  handleTransportParameters(octets: Uint8Array): void {
    this.peerTransportParameters = octets;
  }

  handleAlert(alert: number): void {
    this.#alert ??= alert;
  }

  chooseProtocol(offered: Uint8Array): number {
    const places = new Map<string, number>();
    for (let at = 0; at < offered.length; at += 1 + (offered[at] ?? 0)) places.set(nameAt(offered, at), at);
    return places.get(this.#protocols.find((name) => places.has(name)) ?? "") ?? -1;
  }

  handleFault(error: unknown): void {
    this.#fault ??= error;
  }

  #prepareServer(): boolean {
    setAcceptState(this.#ssl);
    return true;
  }

  #prepareClient({ protocols, serverName }: TlsOptions): boolean {
    setConnectState(this.#ssl);
    const list = new Uint8Array(protocols.flatMap((name) => [name.length, ...Buffer.from(name, "latin1")])).buffer;
    const isNamed = serverName === undefined || controlTlsText(this.#ssl, SET_TLSEXT_HOSTNAME, 0, serverName) === 1;
    return isNamed && offerProtocols(this.#ssl, addressOfBuffer(list), list.byteLength) === 0;
  }

  #queue(level: TlsLevel, buffer: ArrayBuffer): void {
    this.#chunks.push({ level, buffer, address: addressOfBuffer(buffer), length: buffer.byteLength });
  }

  /** Lets OpenSSL read everything that is there, and write what it answers. */
  #drive(): void {
    // A stranger's error in the queue would be taken for ours.
    clearErrors();
    if (!this.isComplete) this.#shakeHands();
    // Session tickets and whatever else comes behind the handshake; OpenSSL ends a connection that sends KeyUpdate.
    else if (this.#chunks.length > 0) this.#expectMore(callWith(this, () => readTls(this.#ssl, lengthAddress, 1)));
  }

  #shakeHands(): void {
    const result = callWith(this, () => doHandshake(this.#ssl));
    if (result !== 1) return this.#expectMore(result);
    this.isComplete = true;
    this.protocol = this.#chosenProtocol();
    // RFC 9001 sections 8.1 and 8.2.
    if (this.protocol === undefined) this.#fail(NO_APPLICATION_PROTOCOL, "");
    else if (this.peerTransportParameters === undefined) this.#fail(MISSING_EXTENSION, "no transport parameters");
  }

  #expectMore(result: number): void {
    if (result <= 0 && tlsError(this.#ssl, result) === ERROR_WANT_READ && this.#alert === undefined) return;
    const fault = this.#fault instanceof Error ? this.#fault.message : "";
    this.#fail(INTERNAL_ERROR, [takeReasons(), fault].filter((text) => text !== "").join("; "));
  }

  #fail(alert: number, detail: string): number {
    this.#alert ??= alert;
    this.isComplete = false;
    const text = tlsAlertText(this.#alert);
    this.failure ??= detail === "" ? text : `${text} (${detail})`;
    return this.#alert;
  }

  #chosenProtocol(): string | undefined {
    chosenProtocol(this.#ssl, pointerAddress, lengthAddress);
    const length = readLength();
    return length === 0 ? undefined : Buffer.from(copyFrom(readPointer(), length)).toString("latin1");
  }

  #makeKeys(): void {
    for (const { level, isWrite, secret } of this.#secrets.splice(0)) {
      const suite = suiteNumbered(this.#cipherNumber());
      if (level === "initial") continue;
      if (suite === undefined) return void this.#fail(INTERNAL_ERROR, "the cipher suite has no packet protection");
      const keys = { packet: new OpensslPacketKeys(suite, secret), header: new OpensslHeaderKeys(suite, secret) };
      this.#keys.push({ level, direction: isWrite ? "write" : "read", keys });
      secret.fill(0);
    }
  }

  #cipherNumber(): number {
    const pending = pendingCipher(this.#ssl);
    return cipherNumber(pending === 0 ? currentCipher(this.#ssl) : pending);
  }
}

function nameAt(names: Uint8Array, at: number): string {
  return Buffer.from(names.subarray(at + 1, at + 1 + (names[at] ?? 0))).toString("latin1");
}

function release(ssl: Pointer): void {
  held -= 1;
  freeTls(ssl);
}
