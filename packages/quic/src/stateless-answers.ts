/**
 * What an endpoint answers without keeping state: Version Negotiation, Retry and stateless reset, RFC 9000 sections 6,
 * 8.1.2 and 10.3, and the time to those whose clock is wrong. Answers wait in a bounded queue.
 */
import { BoundedQueue, type Instant, RateBudget } from "@flor/machine";
import { ADMISSION_OCTETS } from "./admission-format.ts";
import type { Admission } from "./admission.ts";
import type { AllowedPeer, AllowedPeers } from "./allowed-peers.ts";
import { CONNECTION_ID_MAX_OCTETS, CONNECTION_ID_OCTETS } from "./connection-id.ts";
import type { LongHeader } from "./long-header.ts";
import { encodeVersionNegotiation } from "./packet/version-negotiation.ts";
import { FORM_AND_FIXED_BITS, SHORT_HEADER, SHORT_PACKET_MIN_OCTETS } from "./short-packet.ts";
import type { QuicEngineFactory } from "./quic-engine.ts";
import { QUIC_LIMITS } from "./quic-limits.ts";
import type { ResetTokens } from "./reset-tokens.ts";
import { RetryTokens } from "./retry-token.ts";
import { TIME_HINT_OCTETS, TimeHintPace } from "./time-hint.ts";

const RETRY_KEY_OCTETS = 32;
/** Header, two ids, our token with a third, integrity tag: RFC 9000 section 17.2.5. */
const RETRY_MAX_OCTETS = ADMISSION_OCTETS + 7 + 2 * CONNECTION_ID_MAX_OCTETS + 20 + CONNECTION_ID_MAX_OCTETS + 16;
/** A stateless reset looks like a packet with a short header of this length, and is shorter than what it answers. */
const RESET_MAX_OCTETS = 42;
const RESET_TOKEN_OCTETS = 16;

/** A stateless answer, whole with its envelope. */
export interface QuicReply<Path> {
  readonly peer: Uint8Array;
  readonly path: Path;
  readonly octets: Uint8Array;
}

/** What {@link StatelessAnswers} are made from. */
export interface StatelessAnswersOptions {
  readonly admission: Admission;
  readonly peers: AllowedPeers;
  readonly engines: Pick<QuicEngineFactory, "retry">;
  readonly resetTokens: ResetTokens;
  /** Fills with cryptographically strong octets. */
  randomFill(octets: Uint8Array): void;
  /** Wall-clock time. */
  unixSeconds(): number;
}

/** See the head of this file. */
export class StatelessAnswers<Path> {
  readonly #options: StatelessAnswersOptions;
  readonly #retryTokens: RetryTokens;
  readonly #budget = new RateBudget(QUIC_LIMITS.resetsPerSecond, QUIC_LIMITS.resetsPerSecond);
  readonly #timeHints = new TimeHintPace();
  readonly #replies = new BoundedQueue<QuicReply<Path>>(QUIC_LIMITS.replies);

  constructor(options: StatelessAnswersOptions) {
    this.#options = options;
    const retryKey = new Uint8Array(RETRY_KEY_OCTETS);
    options.randomFill(retryKey);
    this.#retryTokens = new RetryTokens(retryKey);
  }

  /** No further answer is taken now. */
  get isFull(): boolean {
    return this.#replies.isFull;
  }

  /** The next answer to send, or `undefined`. */
  shift(): QuicReply<Path> | undefined {
    return this.#replies.shift();
  }

  /** Stateless reset: tells the peer that the connection of octets[offset, end) is forgotten here, RFC 9000 section 10.3. */
  reset(octets: Uint8Array, offset: number, end: number, path: Path, now: Instant): void {
    const { resetTokens, peers } = this.#options;
    const length = Math.min(RESET_MAX_OCTETS, end - offset - 1);
    if (length < SHORT_PACKET_MIN_OCTETS || this.isFull || !this.#budget.take(1, now)) return;
    const peer = resetTokens.peerOf(octets, offset + 1, peers.all);
    if (peer === undefined) return;
    const id = octets.slice(offset + 1, offset + 1 + CONNECTION_ID_OCTETS);
    const reset = new Uint8Array(length);
    this.#options.randomFill(reset);
    reset[0] = SHORT_HEADER | ((reset[0] ?? 0) & ~FORM_AND_FIXED_BITS);
    reset.set(resetTokens.tokenOf(id), length - RESET_TOKEN_OCTETS);
    this.#replies.push({ peer: peer.publicKey, path, octets: reset });
  }

  /** Version Negotiation: the version that is spoken here, RFC 9000 section 6. */
  negotiateVersion(peer: AllowedPeer, header: Pick<LongHeader, "source" | "destination">, path: Path): void {
    if (this.isFull) return;
    const answer = encodeVersionNegotiation(header.source, header.destination);
    const reply = new Uint8Array(ADMISSION_OCTETS + answer.length);
    reply.set(answer, ADMISSION_OCTETS);
    this.#push(peer, reply, path);
  }

  /** Retry, RFC 9000 section 8.1.2. @param source the id that the client is to send to */
  retry(peer: AllowedPeer, header: LongHeader, source: Uint8Array, path: Path): void {
    const token = this.#retryTokens.mint(peer.publicKey, header.destination, source, this.#options.unixSeconds());
    const octets = new Uint8Array(RETRY_MAX_OCTETS);
    const packet = { destination: header.source, original: header.destination, source, token };
    const end = ADMISSION_OCTETS + this.#options.engines.retry(packet, octets.subarray(ADMISSION_OCTETS));
    this.#push(peer, octets.subarray(0, end), path);
  }

  /** The client's first destination, when an Initial carries the token of our Retry to this peer; else `undefined`. */
  originalOf(peer: AllowedPeer, { token, destination }: LongHeader): Uint8Array | undefined {
    return this.#retryTokens.check(token, peer.publicKey, destination, this.#options.unixSeconds());
  }

  /** Tells the sender of a packet with the right MAC and the wrong time what time it is here, once a second. */
  tellTime(peer: AllowedPeer, refused: Uint8Array, path: Path, now: Instant): void {
    if (this.isFull || refused.length < TIME_HINT_OCTETS || !this.#timeHints.take(peer, now)) return;
    const octets = this.#options.admission.hintFor(peer, refused, this.#options.unixSeconds());
    if (octets !== undefined) this.#replies.push({ peer: peer.publicKey, path, octets });
  }

  #push(peer: AllowedPeer, octets: Uint8Array, path: Path): void {
    this.#options.admission.seal(peer, octets, 0, octets.length, this.#options.unixSeconds());
    this.#replies.push({ peer: peer.publicKey, path, octets });
  }
}
