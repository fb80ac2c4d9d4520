/**
 * One UDP flow of a peer at its egress: a socket of its own, whose destinations are judged one by one, on the resolved
 * address, and remembered. Any destination sees the same source, and anything that comes back to it is passed on (RFC
 * 4787, REQ-1 and REQ-8); a flow for one destination has a connected socket instead.
 *
 *   client's datagram ─▶ remote known? ─▶ resolve, judge ─▶ socket ─▶ target
 */
import { DatagramEnd, type DatagramDrop, type DatagramUser, isRemote } from "@flor/flows";
import { type Instant, RateBudget } from "@flor/machine";
import { Cause, encodeRemote, RemoteKind, remoteOf, writeRemoteBefore } from "@flor/wire";
import { causeOfError, type DialFailure } from "./cause-of-error.ts";
import type { DatagramSource } from "./datagram-source.ts";
import type { IpEndpoint } from "./ip-endpoint.ts";
import { remoteOfEndpoint } from "./remote-endpoint.ts";
import type { UdpSocket, UdpSocketOwner } from "./udp-socket.ts";
import type { Destination } from "@flor/wire";

/** Destinations that one flow remembers; beyond, the oldest is judged again. */
export const FLOW_DESTINATIONS_MAX = 256;
/** Datagrams that wait until their destination's name is resolved. */
export const NAME_WAITING_MAX = 16;
/** Names of one flow that are being resolved at once. */
export const FLOW_NAMES_MAX = 32;
/** Reports to the client about destinations, of one flow. */
export const REPORTS_PER_SECOND = 10;
/** A judgement holds so long: addresses and names change. */
const JUDGED_MS = 30_000;

const NO_OCTETS = new Uint8Array(0);

/** A destination as it was judged: where datagrams for it go, or why they do not. */
export type JudgedRemote = { readonly endpoint: IpEndpoint } | DialFailure;

/** What a flow needs of the egress. */
export interface EgressDatagramsOptions {
  /** `undefined`: any. */
  readonly remote: IpEndpoint | undefined;
  /** Judges an address, or resolves a name and judges what it has; at once where it can. */
  judge(destination: Destination): JudgedRemote | Promise<JudgedRemote>;
  /** Changes when rules do: what was judged before is judged again. */
  rules(): unknown;
  drop(reason: DatagramDrop): void;
  handleClosed(flow: EgressDatagrams): void;
}

/** What is known of a destination. */
interface Known {
  /** `undefined`: not judged yet. */
  judged: JudgedRemote | undefined;
  readonly waiting: Uint8Array[];
  readonly until: Instant;
  readonly rules: unknown;
}

/** One UDP flow at its egress. */
export class EgressDatagrams implements DatagramUser, UdpSocketOwner {
  readonly end: DatagramEnd = new DatagramEnd(this);
  /** Of the last datagram in either direction, milliseconds of `performance.now`. */
  usedAt: Instant = performance.now();
  /** Something came back. */
  isTwoWay = false;
  readonly #options: EgressDatagramsOptions;
  readonly #reports = new RateBudget(REPORTS_PER_SECOND, REPORTS_PER_SECOND);
  /** By the octets of the remote. */
  readonly #known = new Map<string, Known>();
  #lastRemote: Uint8Array = NO_OCTETS;
  #last: Known | undefined;
  #resolving = 0;
  #socket: UdpSocket | undefined;
  #isOver = false;

  constructor(options: EgressDatagramsOptions) {
    this.#options = options;
  }

  /** The flow's socket, once it is open. */
  set socket(socket: UdpSocket) {
    this.#socket = socket;
  }

  /** The flow was idle, or its egress is gone. */
  expire(): void {
    this.end.close();
    this.handleOver();
  }

  /** From the client. */
  handleDatagram(octets: Uint8Array, start: number, payload: number, end: number): void {
    this.usedAt = performance.now();
    const { remote } = this.#options;
    if ((octets[start] === RemoteKind.own) !== (remote !== undefined)) return this.handleDropped("malformed");
    if (remote !== undefined) return this.#socket?.send(octets, payload, end, remote);
    const known = this.#knownFor(octets, start, payload);
    const judged = known?.judged;
    if (judged !== undefined) return this.#sendJudged(judged, octets, payload, end);
    if (known === undefined || known.waiting.length >= NAME_WAITING_MAX) return this.handleDropped("name");
    known.waiting.push(octets.slice(payload, end));
  }

  /** From a target. */
  handleReceived(octets: Uint8Array, start: number, end: number, source: DatagramSource): void {
    this.usedAt = performance.now();
    this.isTwoWay = true;
    let at = start - 1;
    if (this.#options.remote === undefined) at = writeRemoteBefore(octets, start, source);
    else octets[at] = RemoteKind.own;
    this.end.send(octets, at, end);
  }

  /** Clients report nothing that matters here. */
  handleReport(): void {}

  handleDropped(reason: DatagramDrop): void {
    this.#options.drop(reason);
  }

  handleOver(): void {
    this.#isOver = true;
    if (this.#resolving > 0) return;
    this.#known.clear();
    this.#last = undefined;
    this.#socket?.close();
    this.#socket = undefined;
    this.#options.handleClosed(this);
  }

  handleError(code: string, to: IpEndpoint | undefined): void {
    if (code === "EAGAIN" || code === "ENOBUFS") return this.handleDropped("no-buffer");
    if (code === "EMSGSIZE") return this.handleDropped("too-long");
    const cause = causeOfError(code);
    this.handleDropped(cause === Cause.GENERAL_FAILURE ? "send-failed" : "unreachable");
    if (cause !== Cause.GENERAL_FAILURE) this.#report(cause, this.#remoteOctets(to));
  }

  #sendJudged(judged: JudgedRemote, octets: Uint8Array, payload: number, end: number): void {
    if ("endpoint" in judged) this.#socket?.send(octets, payload, end, judged.endpoint);
    else this.handleDropped(judged.cause === Cause.NOT_ALLOWED ? "not-allowed" : "name");
  }

  #knownFor(octets: Uint8Array, start: number, payload: number): Known | undefined {
    const rules = this.#options.rules();
    const last = this.#last;
    const isLast = last !== undefined && isRemote(this.#lastRemote, octets, start, payload);
    if (isLast && this.usedAt < last.until && last.rules === rules) return last;
    this.#lastRemote = octets.slice(start, payload);
    const key = String.fromCharCode(...this.#lastRemote);
    const held = this.#known.get(key);
    const isValid =
      held !== undefined && held.rules === rules && (held.judged === undefined || this.usedAt < held.until);
    this.#last = isValid ? held : this.#ask(key, octets, start, payload, rules);
    return this.#last;
  }

  #ask(key: string, octets: Uint8Array, start: number, payload: number, rules: unknown): Known | undefined {
    const destination = remoteOf(octets, start, payload);
    if (destination === undefined) return undefined;
    if (destination.target.kind === "domain" && this.#resolving >= FLOW_NAMES_MAX) return undefined;
    const remote = octets.slice(start, payload);
    const judging = this.#options.judge(destination);
    const known: Known = { judged: undefined, waiting: [], until: this.usedAt + JUDGED_MS, rules };
    this.#known.delete(key);
    if (this.#known.size >= FLOW_DESTINATIONS_MAX) deleteOldest(this.#known);
    this.#known.set(key, known);
    if (!("then" in judging)) this.#settle(known, judging, remote);
    else {
      this.#resolving += 1;
      void judging.then((judged) => {
        this.#resolving -= 1;
        this.#settle(known, judged, remote);
        if (this.#isOver) this.handleOver();
      });
    }
    return known;
  }

  #settle(known: Known, judged: JudgedRemote, remote: Uint8Array): void {
    known.judged = judged;
    for (const payload of known.waiting.splice(0)) this.#sendJudged(judged, payload, 0, payload.length);
    if ("cause" in judged) this.#report(judged.cause, remote);
  }

  #report(cause: Cause, remote: Uint8Array): void {
    if (this.#reports.take(1, performance.now())) this.end.report(cause, remote);
  }

  #remoteOctets(to: IpEndpoint | undefined): Uint8Array {
    return encodeRemote(to === undefined || this.#options.remote !== undefined ? undefined : remoteOfEndpoint(to));
  }
}

function deleteOldest(map: Map<string, unknown>): void {
  for (const key of map.keys()) {
    map.delete(key);
    return;
  }
}
