/**
 * The last step of the way out: a destination that a peer asks for becomes a TCP connection, or a cause.
 *
 *   count the open · judge the name · resolve once · judge each address · connect to exactly those · report
 */
import { type EgressPolicy, type RefusedReason } from "@flor/route";
import type { LocalSocket } from "@flor/flows";
import { Cause, type Destination, formatIpAddress, parseIpAddress, type Target } from "@flor/wire";
import { causeOfError, type DialFailure, mostTelling } from "./cause-of-error.ts";
import { connectTcp, connectUnix, type TcpConnection } from "./connect-tcp.ts";
import { errorCode } from "./error-code.ts";
import { OwnAddresses } from "./own-addresses.ts";
import { PendingOpens } from "./pending-opens.ts";
import { type Contestant, interleaved, raceConnections } from "./race-connections.ts";
import { Resolver } from "./resolver.ts";
import { withoutLiteral } from "./without-literal.ts";

/** What a {@link Dialler} is made of. */
export interface DiallerOptions {
  /** What is let out from now on for a peer, by its name. */
  readonly policy: (peer: string) => EgressPolicy;
  /** TCP ports on which this node listens now. */
  readonly ownPorts: () => readonly number[];
  /** @default the system's names */
  readonly resolver?: Resolver;
  /** @default those of this machine's interfaces */
  readonly ownAddresses?: OwnAddresses;
  /** Opens under way at once. @default 8192 */
  readonly pendingMax?: number;
  /** For name and connection together. @default 15000 */
  readonly timeLimitMs?: number;
}

/** A dialled connection; its stream reads nothing before `listen`. */
export interface Dialled {
  readonly stream: LocalSocket;
  /** Local address, 4 or 16 octets. */
  readonly boundAddress: Uint8Array;
  readonly boundPort: number;
}

const TIME_LIMIT_MS = 15_000;
const ANY_ADDRESS = Uint8Array.of(0, 0, 0, 0);

/** Dials destinations within the egress policy and within bounds. */
export class Dialler {
  readonly #options: DiallerOptions;
  readonly #resolver: Resolver;
  readonly #pending: PendingOpens;
  readonly #ownAddresses: OwnAddresses;

  constructor(options: DiallerOptions) {
    this.#options = options;
    this.#resolver = options.resolver ?? new Resolver();
    this.#pending = new PendingOpens(options.pendingMax);
    this.#ownAddresses = options.ownAddresses ?? new OwnAddresses();
  }

  /** Opens under way. */
  get pending(): number {
    return this.#pending.total;
  }

  /**
   * Connects to a destination for `peer`. Never rejects.
   *
   * @param signal the client left; the result is then a failure, or a connection that the caller resets
   */
  dial(destination: Destination, peer: string, signal: AbortSignal): Promise<Dialled | DialFailure> {
    return this.#bounded(peer, signal, (limited) => this.#dial(destination, peer, limited));
  }

  /**
   * Connects to the target of a service of this node for `peer`: that it is published permits it, not the policy. Never
   * rejects.
   *
   * @param target an address or a name of this machine's choice, or the path of a Unix socket
   */
  dialTarget(target: Destination | string, peer: string, signal: AbortSignal): Promise<Dialled | DialFailure> {
    return this.#bounded(peer, signal, (limited) =>
      typeof target === "string" ? dialUnix(target, limited) : this.#dialUnjudged(target, limited),
    );
  }

  async #bounded(
    peer: string,
    signal: AbortSignal,
    dial: (signal: AbortSignal) => Promise<Dialled | DialFailure>,
  ): Promise<Dialled | DialFailure> {
    if (!this.#pending.enter(peer)) return { cause: Cause.OVERLOADED, text: "too many opens under way" };
    const limit = new TimeLimit(signal, this.#options.timeLimitMs ?? TIME_LIMIT_MS);
    try {
      return await dial(limit.signal);
    } catch (error) {
      const code = errorCode(error);
      return { cause: causeOfError(code), text: code };
    } finally {
      limit.end();
      this.#pending.leave(peer);
    }
  }

  async #dial(destination: Destination, peer: string, signal: AbortSignal): Promise<Dialled | DialFailure> {
    const own = this.#ownAddresses.at(performance.now());
    const target = withoutLiteral(destination.target);
    const { ownPorts } = this.#options;
    const policy = this.#options.policy(peer);
    policy.setOwn({ addresses: "code" in own ? undefined : own, ports: ownPorts() });
    const refusal = ({ refused: reason, isForPort }: Refused): DialFailure =>
      reason === "own-addresses-unknown" && "code" in own
        ? ownUnknown(own.code)
        : notAllowed(isForPort === true ? `${reason}: port ${destination.port}` : reason);
    const verdict = policy.judgeTarget(target, destination.port);
    if (!verdict.allowed) return refusal(verdict);
    const resolution = await this.#resolve(target, signal);
    if ("cause" in resolution) return resolution;
    const decisions = resolution.addresses.map((address) => policy.judge(target, address, destination.port));
    const allowed = resolution.addresses.filter((_, index) => decisions[index]?.allowed);
    const refused = decisions.find((decision) => !decision.allowed);
    if (allowed.length === 0) return refusal(refused ?? { refused: "not-an-address" });
    return connect(interleaved(allowed), destination.port, signal);
  }

  async #dialUnjudged({ target, port }: Destination, signal: AbortSignal): Promise<Dialled | DialFailure> {
    const resolution = await this.#resolve(withoutLiteral(target), signal);
    return "cause" in resolution ? resolution : connect(interleaved(resolution.addresses), port, signal);
  }

  async #resolve(
    target: Target,
    signal: AbortSignal,
  ): Promise<{ readonly addresses: readonly Uint8Array[] } | DialFailure> {
    return target.kind === "address" ? { addresses: [target.address] } : this.#resolver.resolve(target.name, signal);
  }
}

const contestantFor = (port: number): Contestant<TcpConnection, DialFailure> => ({
  async attempt(address, signal) {
    const outcome = await connectTcp(address, port, signal);
    if ("stream" in outcome) return outcome;
    return { cause: causeOfError(outcome.code), text: `${formatIpAddress(address)}: ${outcome.code}` };
  },
  isConnection: (outcome) => "stream" in outcome,
  discard: ({ stream }) => stream.reset(),
});

async function connect(
  addresses: readonly Uint8Array[],
  port: number,
  signal: AbortSignal,
): Promise<Dialled | DialFailure> {
  const race = await raceConnections(addresses, contestantFor(port), signal);
  if (!race.won) {
    return signal.aborted ? { cause: Cause.TIMED_OUT, text: "no connection in time" } : mostTelling(race.failures);
  }
  const { stream, localAddress, localPort } = race.connection;
  return { stream, boundAddress: parseIpAddress(localAddress) ?? ANY_ADDRESS, boundPort: localPort };
}

async function dialUnix(path: string, signal: AbortSignal): Promise<Dialled | DialFailure> {
  const outcome = await connectUnix(path, signal);
  if ("stream" in outcome) return { stream: outcome.stream, boundAddress: ANY_ADDRESS, boundPort: 0 };
  if (signal.aborted) return { cause: Cause.TIMED_OUT, text: "no connection in time" };
  // A missing socket means that the server is not running.
  const cause = outcome.code === "ENOENT" ? Cause.CONNECTION_REFUSED : causeOfError(outcome.code);
  return { cause, text: `${path}: ${outcome.code}` };
}

/** Why the policy refused. */
interface Refused {
  readonly refused: RefusedReason;
  readonly isForPort?: true;
}

function notAllowed(reason: string): DialFailure {
  return { cause: Cause.NOT_ALLOWED, text: `not allowed: ${reason}` };
}

/** A shortage of descriptors passes; a sandbox stays. */
function ownUnknown(code: string): DialFailure {
  const text = `this machine's own addresses cannot be read (${code}): until then, only rules for a single address apply`;
  return { cause: causeOfError(code), text };
}

/** A signal that aborts with another one or when the time is up. */
class TimeLimit {
  readonly #controller = new AbortController();
  readonly #outer: AbortSignal;
  readonly #timer: NodeJS.Timeout;
  readonly #abort = (): void => this.#controller.abort();

  constructor(outer: AbortSignal, limitMs: number) {
    this.#outer = outer;
    this.#timer = setTimeout(this.#abort, limitMs);
    if (outer.aborted) this.#abort();
    outer.addEventListener("abort", this.#abort, { once: true });
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  end(): void {
    clearTimeout(this.#timer);
    this.#outer.removeEventListener("abort", this.#abort);
  }
}
