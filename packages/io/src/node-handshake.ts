import type { Instant } from "@flor/machine";
import type { Envelope, Token } from "@flor/wire";
import {
  type Established,
  FLOR_IO_VERSION,
  type Handshake,
  type HandshakeOptions,
  type HandshakeOutcome,
  INSTANCE_OCTETS,
  isAuthentic,
  type MadeMessage,
  makeMessage,
  NONCE_OCTETS,
  readToken,
} from "./handshake.ts";
import { NAME_MAX_CHARACTERS } from "./port.ts";

/** Reject codes of proto/flor_io.proto. */
export const RejectCode = { version: 1, busy: 3, recursion: 6 } as const;

/** Judges the nodes beneath a link; a text refuses it. */
export type AncestryCheck = (ancestry: readonly Uint8Array[]) => string | undefined;

type Hello = NonNullable<Envelope["hello"]>;

/** The link whose Hello was accepted. */
interface Greeted {
  readonly hello: Uint8Array;
  readonly welcome: MadeMessage;
  readonly established: Established;
}

/** The node's part: the same Welcome for every copy of the first Hello, until Ready. */
export class NodeHandshake implements Handshake {
  readonly #options: HandshakeOptions;
  readonly #keepaliveMs: number;
  readonly #checkAncestry: AncestryCheck;
  #greeted: Greeted | undefined;
  #answer: Uint8Array | undefined;
  #isReady = false;

  constructor(options: HandshakeOptions, keepaliveMs: number, checkAncestry: AncestryCheck) {
    this.#options = options;
    this.#keepaliveMs = keepaliveMs;
    this.#checkAncestry = checkAncestry;
  }

  handleMessage(message: Envelope, octets: Uint8Array, mac: Uint8Array): HandshakeOutcome {
    if (message.hello) return this.#handleHello(message.hello, octets, mac);
    if (message.ready) return this.#handleReady(message.ready.ancestry ?? [], octets, mac);
    return { outcome: "dropped", reason: "stale" };
  }

  /** The answer to the message just handled. */
  poll(): Uint8Array | undefined {
    const answer = this.#answer;
    this.#answer = undefined;
    return answer;
  }

  settle(): void {}

  nextTimeout(): Instant | undefined {
    return undefined;
  }

  #handleHello(hello: Hello, octets: Uint8Array, mac: Uint8Array): HandshakeOutcome {
    if (!isAuthentic(this.#options.secret, "hello", [], octets, mac)) return { outcome: "dropped", reason: "bad-mac" };
    if (this.#greeted !== undefined) return this.#repeatHello(this.#greeted, octets);
    const versions = hello.versions ?? [];
    if (!versions.includes(FLOR_IO_VERSION)) {
      const spoken = versions.slice(0, 8).join(", ") || "none";
      const text = `the link speaks Flor IO ${spoken}; this node speaks ${FLOR_IO_VERSION}`;
      return this.#refuse(octets, RejectCode.version, text);
    }
    const peerToken = readToken(hello.token);
    if (peerToken === undefined || hello.nonce?.length !== NONCE_OCTETS)
      return { outcome: "dropped", reason: "malformed" };
    const established = this.#establishedBy(hello, peerToken);
    const welcome = this.#makeWelcome(octets, [...established.peer.capabilities]);
    this.#greeted = { hello: octets, welcome, established };
    this.#answer = welcome.datagram;
    return { outcome: "greeted", established };
  }

  /** A copy is answered like the first; another Hello under the same secret comes from a second process. */
  #repeatHello({ hello, welcome }: Greeted, octets: Uint8Array): HandshakeOutcome {
    const isCopy = hello.length === octets.length && hello.every((octet, index) => octet === octets[index]);
    if (!isCopy) {
      this.#refuse(octets, RejectCode.busy, "a link holds this session already: one bootstrap line serves one process");
      return { outcome: "waiting" };
    }
    if (this.#isReady) return { outcome: "dropped", reason: "stale" };
    this.#answer = welcome.datagram;
    return { outcome: "waiting" };
  }

  #handleReady(ancestry: readonly Uint8Array[], octets: Uint8Array, mac: Uint8Array): HandshakeOutcome {
    if (this.#greeted === undefined) return { outcome: "dropped", reason: "not-ready" };
    const { hello, welcome, established } = this.#greeted;
    if (!isAuthentic(this.#options.secret, "ready", [hello, welcome.envelope], octets, mac))
      return { outcome: "dropped", reason: "bad-mac" };
    if (this.#isReady) return { outcome: "dropped", reason: "stale" };
    if (!ancestry.every((id) => id.length === INSTANCE_OCTETS)) return { outcome: "dropped", reason: "malformed" };
    const recursion = this.#checkAncestry(ancestry);
    if (recursion !== undefined) return this.#refuse(hello, RejectCode.recursion, recursion);
    this.#isReady = true;
    return { outcome: "ready", established: { ...established, peer: { ...established.peer, ancestry } } };
  }

  #establishedBy(hello: Hello, peerToken: Token): Established {
    return {
      peerToken,
      receiveDatagrams: hello.receiveDatagrams ?? 0,
      receiveOctets: hello.receiveOctets ?? 0,
      datagramMax: hello.datagramMax ?? 0,
      keepaliveMs: this.#keepaliveMs,
      peer: {
        version: FLOR_IO_VERSION,
        program: (hello.name ?? "").slice(0, NAME_MAX_CHARACTERS),
        programVersion: (hello.programVersion ?? "").slice(0, NAME_MAX_CHARACTERS),
        pid: hello.pid ?? 0,
        capabilities: this.#options.capabilities.filter((name) => hello.capabilities?.includes(name)),
        ancestry: [],
      },
    };
  }

  #makeWelcome(hello: Uint8Array, capabilities: string[]): MadeMessage {
    const { secret, nonce, localToken: token, receiveDatagrams, receiveOctets, datagramMax, ancestry } = this.#options;
    const said = { version: FLOR_IO_VERSION, nonce, token, receiveDatagrams, receiveOctets, datagramMax, capabilities };
    return makeMessage(secret, "welcome", [hello], {
      welcome: { ...said, keepaliveMs: this.#keepaliveMs, ancestry: [...ancestry] },
    });
  }

  #refuse(hello: Uint8Array, code: number, text: string): HandshakeOutcome {
    const reject = { code, text, versions: [FLOR_IO_VERSION] };
    this.#answer = makeMessage(this.#options.secret, "reject", [hello], { reject }).datagram;
    return { outcome: "rejected", code, text, versions: [FLOR_IO_VERSION] };
  }
}
