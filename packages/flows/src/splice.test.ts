import { beforeEach, describe, expect, it } from "vitest";
import type { LocalSocket, LocalSocketListener } from "./local-socket.ts";
import { Splice } from "./splice.ts";

const text = (octets: readonly number[]): string => new TextDecoder().decode(Uint8Array.from(octets));
const octetsOf = (written: string): Uint8Array => new TextEncoder().encode(written);

/** A TCP connection whose other end the test holds. */
class HeldSocket implements LocalSocket {
  readonly received: number[] = [];
  listener: LocalSocketListener | undefined;
  /** What `write` says is buffered. */
  buffered = 0;
  isPaused = false;
  isEnded = false;
  isReset = false;

  listen(listener: LocalSocketListener): void {
    this.listener = listener;
  }

  write(octets: Uint8Array): number {
    this.received.push(...octets);
    return this.buffered;
  }

  end(): void {
    this.isEnded = true;
  }

  reset(): void {
    this.isReset = true;
  }

  pause(): void {
    this.isPaused = true;
  }

  resume(): void {
    this.isPaused = false;
  }
}

let client: HeldSocket;
let target: HeldSocket;
let ends: number;
let splice: Splice;

beforeEach(() => {
  [client, target, ends] = [new HeldSocket(), new HeldSocket(), 0];
  splice = new Splice(client, target, () => (ends += 1));
});

describe("a client and a target of one node", () => {
  it("have what the other sends, what came early first", () => {
    splice.start(octetsOf("early "), false);
    client.listener?.handleOctets(octetsOf("late"));
    target.listener?.handleOctets(octetsOf("answer"));
    expect([text(target.received), text(client.received)]).toEqual(["early late", "answer"]);
    expect([splice.octetsOut, splice.octetsBack]).toEqual([10, 6]);
  });

  it("stop the one that sends while the other does not take it", () => {
    splice.start(new Uint8Array(0), false);
    target.buffered = 1;
    client.listener?.handleOctets(octetsOf("much"));
    expect([client.isPaused, target.isPaused]).toEqual([true, false]);
    target.listener?.handleDrain();
    expect(client.isPaused).toBe(false);
  });

  it("end each direction by itself, and are over with the second", () => {
    splice.start(new Uint8Array(0), true);
    expect([target.isEnded, client.isEnded, ends]).toEqual([true, false, 0]);
    target.listener?.handleOctets(octetsOf("still"));
    target.listener?.handleEnd();
    expect([text(client.received), client.isEnded, ends, splice.isOver]).toEqual(["still", true, 1, true]);
  });

  it("are reset together, and told of once", () => {
    splice.start(new Uint8Array(0), false);
    target.listener?.handleReset("ECONNRESET");
    splice.reset();
    expect([client.isReset, ends]).toEqual([true, 1]);
  });
});
