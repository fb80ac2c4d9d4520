import type { Instant } from "@flor/machine";
import { type Envelope, tokenFrom } from "@flor/wire";
import type { Peer } from "./event.ts";
import {
  FLOR_IO_VERSION,
  type Handshake,
  type HandshakeOptions,
  type HandshakeOutcome,
  isAuthentic,
  type MadeMessage,
  makeMessage,
  NONCE_OCTETS,
  Resend,
} from "./handshake.ts";

/** What a link says of itself. */
export interface LinkIdentity {
  readonly program: string;
  readonly programVersion: string;
  readonly pid: number;
}

/** The link's part: Hello until Welcome, then Ready for every Welcome. */
export class LinkHandshake implements Handshake {
  readonly #options: HandshakeOptions;
  readonly #hello: MadeMessage;
  readonly #resend = new Resend();
  #ready: { readonly welcome: Uint8Array; readonly datagram: Uint8Array } | undefined;
  #owesReady = false;

  constructor(options: HandshakeOptions, identity: LinkIdentity, now: Instant) {
    this.#options = options;
    const { secret, nonce, localToken: token, receiveDatagrams, receiveOctets, datagramMax } = options;
    const capabilities = [...options.capabilities];
    const { program: name, programVersion, pid } = identity;
    const hello = {
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
    this.#hello = makeMessage(secret, "hello", [], { hello: { versions: [FLOR_IO_VERSION], ...hello } });
    this.#resend.start(now);
  }

  handleMessage(message: Envelope, octets: Uint8Array, mac: Uint8Array): HandshakeOutcome {
    const { secret } = this.#options;
    const before = [this.#hello.envelope];
    if (message.reject) {
      if (!isAuthentic(secret, "reject", before, octets, mac)) return { outcome: "bad-mac" };
      const { code, text, versions } = message.reject;
      return { outcome: "rejected", code: code ?? 0, text: text ?? "", versions: versions ?? [] };
    }
    const { welcome } = message;
    if (!welcome) return { outcome: "ignored" };
    if (!isAuthentic(secret, "welcome", before, octets, mac)) return { outcome: "bad-mac" };
    if (welcome.token?.length !== 8 || welcome.nonce?.length !== NONCE_OCTETS) return { outcome: "ignored" };
    if (this.#ready !== undefined) {
      this.#owesReady = true;
      return { outcome: "waiting" };
    }
    const ready = makeMessage(secret, "ready", [this.#hello.envelope, octets], {
      ready: { ancestry: [...this.#options.ancestry] },
    });
    this.#ready = { welcome: octets, datagram: ready.datagram };
    this.#owesReady = true;
    this.#resend.stop();
    const peer: Peer = {
      version: welcome.version ?? 0,
      program: "",
      programVersion: "",
      pid: 0,
      capabilities: (welcome.capabilities ?? []).filter((capability) =>
        this.#options.capabilities.includes(capability),
      ),
      ancestry: welcome.ancestry ?? [],
    };
    return {
      outcome: "ready",
      established: {
        peerToken: tokenFrom(welcome.token),
        receiveDatagrams: welcome.receiveDatagrams ?? 0,
        receiveOctets: welcome.receiveOctets ?? 0,
        datagramMax: welcome.datagramMax ?? 0,
        keepaliveMs: welcome.keepaliveMs ?? 0,
        peer,
      },
    };
  }

  poll(now: Instant): Uint8Array | undefined {
    if (this.#owesReady) {
      this.#owesReady = false;
      return this.#ready?.datagram;
    }
    return this.#resend.isDue(now) ? this.#hello.datagram : undefined;
  }

  nextTimeout(): Instant | undefined {
    return this.#owesReady ? -Infinity : this.#resend.dueAt;
  }
}
