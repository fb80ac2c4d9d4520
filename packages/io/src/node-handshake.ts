import type { Instant } from "@flor/machine";
import { type Envelope, tokenFrom } from "@flor/wire";
import {
  type Established,
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

/** Reject codes of proto/flor_io.proto. */
export const RejectCode = { version: 1, busy: 3, recursion: 6 } as const;

/** Judges a Hello or a Ready beyond its form; a text refuses the link. */
export type AncestryCheck = (ancestry: readonly Uint8Array[]) => string | undefined;

/** The node's part: Welcome for the first Hello, again until Ready. */
export class NodeHandshake implements Handshake {
  readonly #options: HandshakeOptions;
  readonly #keepaliveMs: number;
  readonly #checkAncestry: AncestryCheck;
  readonly #resend = new Resend();
  #hello: Uint8Array | undefined;
  #welcome: MadeMessage | undefined;
  #reject: Uint8Array | undefined;
  #established: Established | undefined;
  #isReady = false;

  constructor(options: HandshakeOptions, keepaliveMs: number, checkAncestry: AncestryCheck) {
    this.#options = options;
    this.#keepaliveMs = keepaliveMs;
    this.#checkAncestry = checkAncestry;
  }

  handleMessage(message: Envelope, octets: Uint8Array, mac: Uint8Array, now: Instant): HandshakeOutcome {
    if (message.hello) return this.#handleHello(message.hello, octets, mac, now);
    if (message.ready) return this.#handleReady(message.ready.ancestry ?? [], octets, mac);
    return { outcome: "ignored" };
  }

  poll(now: Instant): Uint8Array | undefined {
    if (this.#reject !== undefined) {
      const reject = this.#reject;
      this.#reject = undefined;
      return reject;
    }
    return this.#resend.isDue(now) ? this.#welcome?.datagram : undefined;
  }

  nextTimeout(): Instant | undefined {
    return this.#reject === undefined ? this.#resend.dueAt : -Infinity;
  }

  #handleHello(
    hello: NonNullable<Envelope["hello"]>,
    octets: Uint8Array,
    mac: Uint8Array,
    now: Instant,
  ): HandshakeOutcome {
    if (!isAuthentic(this.#options.secret, "hello", [], octets, mac)) return { outcome: "bad-mac" };
    if (this.#hello !== undefined) return this.#repeatHello(octets, now);
    if (!(hello.versions ?? []).includes(FLOR_IO_VERSION)) {
      const spoken = (hello.versions ?? []).join(", ") || "none";
      return this.#refuse(
        octets,
        RejectCode.version,
        `the link speaks Flor IO ${spoken}; this node speaks ${FLOR_IO_VERSION}`,
      );
    }
    if (hello.token?.length !== 8 || hello.nonce?.length !== NONCE_OCTETS) return { outcome: "ignored" };
    this.#hello = octets;
    const capabilities = (hello.capabilities ?? []).filter((name) => this.#options.capabilities.includes(name));
    this.#welcome = this.#makeWelcome(octets, capabilities);
    this.#resend.start(now);
    this.#established = {
      peerToken: tokenFrom(hello.token),
      receiveDatagrams: hello.receiveDatagrams ?? 0,
      receiveOctets: hello.receiveOctets ?? 0,
      datagramMax: hello.datagramMax ?? 0,
      keepaliveMs: this.#keepaliveMs,
      peer: {
        version: FLOR_IO_VERSION,
        program: hello.name ?? "",
        programVersion: hello.programVersion ?? "",
        pid: hello.pid ?? 0,
        capabilities,
        ancestry: [],
      },
    };
    return { outcome: "greeted", established: this.#established };
  }

  #repeatHello(octets: Uint8Array, now: Instant): HandshakeOutcome {
    const same = this.#hello?.length === octets.length && this.#hello.every((octet, index) => octet === octets[index]);
    if (!same) return { outcome: "ignored" };
    this.#resend.start(now);
    return { outcome: "waiting" };
  }

  #handleReady(ancestry: readonly Uint8Array[], octets: Uint8Array, mac: Uint8Array): HandshakeOutcome {
    if (this.#hello === undefined || this.#welcome === undefined || this.#established === undefined)
      return { outcome: "ignored" };
    const before = [this.#hello, this.#welcome.envelope];
    if (!isAuthentic(this.#options.secret, "ready", before, octets, mac)) return { outcome: "bad-mac" };
    this.#resend.stop();
    if (this.#isReady) return { outcome: "ignored" };
    const recursion = this.#checkAncestry(ancestry);
    if (recursion !== undefined) return this.#refuse(this.#hello, RejectCode.recursion, recursion);
    this.#isReady = true;
    const peer = { ...this.#established.peer, ancestry };
    return { outcome: "ready", established: { ...this.#established, peer } };
  }

  #makeWelcome(hello: Uint8Array, capabilities: string[]): MadeMessage {
    const { secret, nonce, localToken: token, receiveDatagrams, receiveOctets, datagramMax, ancestry } = this.#options;
    const welcome = {
      version: FLOR_IO_VERSION,
      nonce,
      token,
      receiveDatagrams,
      receiveOctets,
      datagramMax,
      capabilities,
    };
    return makeMessage(secret, "welcome", [hello], {
      welcome: { ...welcome, keepaliveMs: this.#keepaliveMs, ancestry: [...ancestry] },
    });
  }

  #refuse(hello: Uint8Array, code: number, text: string): HandshakeOutcome {
    const reject = { code, text, versions: [FLOR_IO_VERSION] };
    this.#reject = makeMessage(this.#options.secret, "reject", [hello], { reject }).datagram;
    return { outcome: "rejected", code, text, versions: [FLOR_IO_VERSION] };
  }
}
