import type { Instant } from "@flor/machine";
import type { Envelope } from "@flor/wire";
import {
  FLOR_IO_VERSION,
  type Handshake,
  type HandshakeOptions,
  type HandshakeOutcome,
  isAuthentic,
  type MadeMessage,
  makeMessage,
  NONCE_OCTETS,
  readToken,
  Resend,
} from "./handshake.ts";

/** What a link says of itself. */
export interface LinkIdentity {
  readonly program: string;
  readonly programVersion: string;
  readonly pid: number;
}

/** The link's part: Hello until Welcome, then Ready until the node speaks within the session. */
export class LinkHandshake implements Handshake {
  readonly #options: HandshakeOptions;
  readonly #hello: MadeMessage;
  readonly #resend = new Resend();
  #ready: Uint8Array | undefined;

  constructor(options: HandshakeOptions, identity: LinkIdentity, now: Instant) {
    this.#options = options;
    const { secret, nonce, localToken: token, receiveDatagrams, receiveOctets, datagramMax } = options;
    const capabilities = [...options.capabilities];
    const { program: name, programVersion, pid } = identity;
    const said = {
      name,
      programVersion,
      pid,
      nonce,
      token,
      receiveDatagrams,
      receiveOctets,
      datagramMax,
      capabilities,
    };
    this.#hello = makeMessage(secret, "hello", [], { hello: { versions: [FLOR_IO_VERSION], ...said } });
    this.#resend.start(now);
  }

  handleMessage(message: Envelope, octets: Uint8Array, mac: Uint8Array, now: Instant): HandshakeOutcome {
    const kind = message.reject ? "reject" : "welcome";
    if (!message.reject && !message.welcome) return { outcome: "dropped", reason: "stale" };
    if (!isAuthentic(this.#options.secret, kind, [this.#hello.envelope], octets, mac))
      return { outcome: "dropped", reason: "bad-mac" };
    if (message.reject) {
      const { code, text, versions } = message.reject;
      return { outcome: "rejected", code: code ?? 0, text: (text ?? "").slice(0, 200), versions: versions ?? [] };
    }
    return this.#handleWelcome(message.welcome ?? {}, octets, now);
  }

  poll(now: Instant): Uint8Array | undefined {
    return this.#resend.isDue(now) ? (this.#ready ?? this.#hello.datagram) : undefined;
  }

  settle(): void {
    this.#resend.stop();
  }

  nextTimeout(): Instant | undefined {
    return this.#resend.dueAt;
  }

  #handleWelcome(welcome: NonNullable<Envelope["welcome"]>, octets: Uint8Array, now: Instant): HandshakeOutcome {
    const peerToken = readToken(welcome.token);
    if (peerToken === undefined || welcome.nonce?.length !== NONCE_OCTETS || welcome.version !== FLOR_IO_VERSION)
      return { outcome: "dropped", reason: "malformed" };
    if (this.#ready !== undefined) {
      this.#resend.start(now);
      return { outcome: "waiting" };
    }
    const { secret, ancestry, capabilities } = this.#options;
    const ready = { ancestry: [...ancestry] };
    this.#ready = makeMessage(secret, "ready", [this.#hello.envelope, octets], { ready }).datagram;
    this.#resend.start(now);
    return {
      outcome: "ready",
      established: {
        peerToken,
        receiveDatagrams: welcome.receiveDatagrams ?? 0,
        receiveOctets: welcome.receiveOctets ?? 0,
        datagramMax: welcome.datagramMax ?? 0,
        keepaliveMs: welcome.keepaliveMs ?? 0,
        peer: {
          version: welcome.version,
          program: "",
          programVersion: "",
          pid: 0,
          capabilities: capabilities.filter((name) => welcome.capabilities?.includes(name)),
          ancestry: welcome.ancestry ?? [],
        },
      },
    };
  }
}
