/**
 * Two connections of this node that are each other's other end: what a flow that came here goes on by, to a service of
 * another network.
 */
import type { LocalSocket, LocalSocketListener } from "./local-socket.ts";

const NO_OCTETS = new Uint8Array(0);

/** Where a flow comes from. */
type Remote = LocalSocket["remote"];

/** Joins two ends. @param remote what the first end says of its other one */
export function socketPair(remote?: Remote): readonly [LocalSocket, LocalSocket] {
  const [first, second] = [new PairEnd(remote), new PairEnd(undefined)];
  first.other = second;
  second.other = first;
  return [first, second];
}

class PairEnd implements LocalSocket {
  readonly remote: Remote;
  other: PairEnd | undefined;
  #listener: LocalSocketListener | undefined;
  #isPaused = false;
  /** What came while nobody read: one write's at most after `write` said so, as with a kernel's socket. */
  #held: Uint8Array = NO_OCTETS;
  #isEnding = false;
  #isReset = false;
  /** Nothing is told any more. */
  #isOver = false;

  constructor(remote: Remote) {
    this.remote = remote;
  }

  listen(listener: LocalSocketListener): void {
    this.#listener = listener;
    this.#pass();
  }

  write(octets: Uint8Array): number {
    return this.#isOver ? 0 : (this.other?.take(octets) ?? 0);
  }

  end(): void {
    if (!this.#isOver) this.other?.takeEnd();
  }

  reset(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#held = NO_OCTETS;
    this.other?.takeReset();
  }

  pause(): void {
    this.#isPaused = true;
  }

  resume(): void {
    this.#isPaused = false;
    this.#pass();
  }

  /** Octets of the other end; returns how many are held. */
  take(octets: Uint8Array): number {
    if (this.#isOver) return 0;
    if (this.#listener !== undefined && !this.#isPaused && this.#held.length === 0) this.#listener.handleOctets(octets);
    else this.#held = joined(this.#held, octets);
    return this.#held.length;
  }

  takeEnd(): void {
    this.#isEnding = true;
    this.#pass();
  }

  takeReset(): void {
    this.#isReset = true;
    this.#held = NO_OCTETS;
    this.#pass();
  }

  #pass(): void {
    if (this.#listener === undefined || this.#isOver) return;
    if (this.#isReset) {
      this.#isOver = true;
      return this.#listener.handleReset("ECONNRESET");
    }
    if (this.#isPaused) return;
    this.#passHeld();
    if (!this.#isEnding || this.#held.length > 0) return;
    this.#isEnding = false;
    this.#listener.handleEnd();
  }

  #passHeld(): void {
    const held = this.#held;
    if (held.length === 0) return;
    this.#held = NO_OCTETS;
    this.#listener?.handleOctets(held);
    if (this.#held.length === 0) this.other?.handleDrained();
  }

  handleDrained(): void {
    if (!this.#isOver) this.#listener?.handleDrain();
  }
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  const out = new Uint8Array(a.length + b.length);
  out.set(a);
  out.set(b, a.length);
  return out;
}
