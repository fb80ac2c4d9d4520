/**
 * An exchange in TLS' place that keeps nothing secret and proves nothing, for tests and simulations in virtual time:
 *
 *   client                                   server
 *   hello(parameters, protocols) ──initial─▶
 *                               ◀──initial── hello
 *                            ◀──handshake─── parameters(protocol), certificate, finished
 *   certificate, finished ──handshake──▶
 *
 *   message = | kind 1 | length u24 | content |
 */
import type { DirectionKeys, LevelKeys, TlsHandshake, TlsLevel, TlsOptions } from "../tls/packet-protection.ts";
import { plainKeys, type PlainLimits } from "./plain-keys.ts";
import { PlainDigest } from "./plain-mix.ts";

const kind = { clientHello: 1, serverHello: 2, parameters: 8, certificate: 11, finished: 20 } as const;
const HEADER_OCTETS = 4;
const ALERT_NO_APPLICATION_PROTOCOL = 120;
const ALERT_UNEXPECTED_MESSAGE = 10;
const MESSAGE_MAX_OCTETS = 16_384;

type Outgoing = { readonly level: TlsLevel; readonly octets: Uint8Array };

export class PlainHandshake implements TlsHandshake {
  readonly #options: TlsOptions;
  readonly #certificate: Uint8Array;
  readonly #limits: PlainLimits | undefined;
  readonly #out: Outgoing[] = [];
  readonly #keys: LevelKeys[] = [];
  readonly #transcript = new PlainDigest();
  #incoming = new Uint8Array(0);
  #peerCertificate: Uint8Array | undefined;
  peerTransportParameters: Uint8Array | undefined;
  protocol: string | undefined;
  isComplete = false;
  failure: string | undefined;

  constructor(options: TlsOptions, certificate: Uint8Array, limits: PlainLimits | undefined) {
    this.#options = options;
    this.#certificate = certificate;
    this.#limits = limits;
    this.#transcript.begin(1, 1);
  }

  handleCrypto(level: TlsLevel, octets: Uint8Array): number | undefined {
    if (octets.length === 0 && this.#options.role === "client") {
      this.#send(
        "initial",
        kind.clientHello,
        joined([this.#options.transportParameters, ...this.#options.protocols.map(octetsOf)]),
      );
      return undefined;
    }
    this.#incoming = joinedPlain(this.#incoming, octets);
    while (this.#incoming.length >= HEADER_OCTETS) {
      const [type = 0, high = 0, middle = 0, low = 0] = this.#incoming;
      const length = (high << 16) | (middle << 8) | low;
      if (length > MESSAGE_MAX_OCTETS) return ALERT_UNEXPECTED_MESSAGE;
      if (this.#incoming.length < HEADER_OCTETS + length) return undefined;
      const content = this.#incoming.slice(HEADER_OCTETS, HEADER_OCTETS + length);
      this.#incoming = this.#incoming.slice(HEADER_OCTETS + length);
      const alert = this.#takeMessage(level, type, content);
      if (alert !== undefined) return alert;
    }
    return undefined;
  }

  takeCrypto(): Outgoing | undefined {
    return this.#out.shift();
  }

  takeKeys(): LevelKeys | undefined {
    return this.#keys.shift();
  }

  peerCertificate(): Uint8Array | undefined {
    return this.#peerCertificate;
  }

  free(): void {}

  #takeMessage(level: TlsLevel, type: number, content: Uint8Array): number | undefined {
    const isServer = this.#options.role === "server";
    if (type === kind.clientHello && isServer && level === "initial") return this.#answer(content);
    if (level === "initial" && type === kind.serverHello && !isServer) {
      this.#transcript.add(content, 0, content.length);
      this.#makeKeys("handshake");
      return undefined;
    }
    if (level !== "handshake") return ALERT_UNEXPECTED_MESSAGE;
    if (type === kind.parameters) {
      const [parameters, protocol] = split(content);
      this.peerTransportParameters = parameters;
      this.protocol = textOf(protocol ?? new Uint8Array(0));
    } else if (type === kind.certificate) this.#peerCertificate = content;
    else if (type === kind.finished) this.#finish();
    else return ALERT_UNEXPECTED_MESSAGE;
    return undefined;
  }

  #answer(hello: Uint8Array): number | undefined {
    const [parameters, ...offered] = split(hello);
    this.#transcript.add(hello, 0, hello.length);
    this.peerTransportParameters = parameters;
    const names = offered.map(textOf);
    const chosen = this.#options.protocols.find((name) => names.includes(name));
    if (chosen === undefined) return ALERT_NO_APPLICATION_PROTOCOL;
    this.protocol = chosen;
    this.#send("initial", kind.serverHello, this.#options.transportParameters);
    this.#makeKeys("handshake");
    this.#send("handshake", kind.parameters, joined([this.#options.transportParameters, octetsOf(chosen)]));
    this.#send("handshake", kind.certificate, this.#certificate);
    this.#send("handshake", kind.finished, new Uint8Array(32));
    this.#makeKeys("application");
    return undefined;
  }

  #finish(): void {
    if (this.#options.role === "client") {
      this.#send("handshake", kind.certificate, this.#certificate);
      this.#send("handshake", kind.finished, new Uint8Array(32));
      this.#makeKeys("application");
    }
    this.isComplete = true;
  }

  #makeKeys(level: "handshake" | "application"): void {
    const seed = this.#transcript.value ^ (level === "handshake" ? 1 : 2);
    const ofClient = plainKeys(seed ^ 0x100, this.#limits);
    const ofServer = plainKeys(seed ^ 0x200, this.#limits);
    const isClient = this.#options.role === "client";
    const add = (direction: "read" | "write", keys: DirectionKeys): void =>
      void this.#keys.push({ level, direction, keys });
    add("write", isClient ? ofClient : ofServer);
    add("read", isClient ? ofServer : ofClient);
  }

  #send(level: TlsLevel, type: number, content: Uint8Array): void {
    if (level === "initial") this.#transcript.add(content, 0, content.length);
    const octets = new Uint8Array(HEADER_OCTETS + content.length);
    octets.set([type, content.length >> 16, (content.length >> 8) & 0xff, content.length & 0xff]);
    octets.set(content, HEADER_OCTETS);
    this.#out.push({ level, octets });
  }
}

/** Each part behind its length in two octets. */
function joined(parts: readonly Uint8Array[]): Uint8Array {
  let whole = new Uint8Array(0);
  for (const part of parts)
    whole = joinedPlain(joinedPlain(whole, Uint8Array.of(part.length >> 8, part.length & 0xff)), part);
  return whole;
}

function joinedPlain(a: Uint8Array, b: Uint8Array): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(a.length + b.length);
  whole.set(a);
  whole.set(b, a.length);
  return whole;
}

/** The parts of what `joined` made. */
function split(octets: Uint8Array): Uint8Array[] {
  const parts: Uint8Array[] = [];
  for (let at = 0; at + 2 <= octets.length;) {
    const length = ((octets[at] ?? 0) << 8) | (octets[at + 1] ?? 0);
    parts.push(octets.slice(at + 2, at + 2 + length));
    at += 2 + length;
  }
  return parts;
}

function octetsOf(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

function textOf(octets: Uint8Array): string {
  return String.fromCharCode(...octets);
}
