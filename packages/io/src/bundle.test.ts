import { numberedFrame } from "@flor/testkit";
import { SESSION_TOKEN_OCTETS, viewOf } from "@flor/wire";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Bundle } from "./bundle.ts";
import { CreditWindow } from "./credit.ts";
import type { TransmitQueue } from "./transmit.ts";

const TOKEN = { high: 0x01020304, low: 0x05060708 };
const TOKEN_HEX = "0102030405060708";

/** Keeps what is queued by reference, as the kernel's list would, and looks at it when it is flushed. */
class RecordedQueue implements TransmitQueue {
  /** Datagrams of each flush. */
  readonly flushes: string[][] = [];
  #waiting: Uint8Array[] = [];

  queue(octets: Uint8Array, offset: number, length: number): void {
    this.#waiting.push(octets.subarray(offset, offset + length));
  }

  flush(): void {
    this.flushes.push(this.#waiting.map((datagram) => datagram.toHex()));
    this.#waiting = [];
  }

  get datagrams(): string[] {
    return this.flushes.flat();
  }
}

function openBundle(creditOctets = 10_000_000): { bundle: Bundle; queue: RecordedQueue; credit: CreditWindow } {
  const queue = new RecordedQueue();
  const credit = new CreditWindow();
  credit.raise(10_000, creditOctets);
  const bundle = new Bundle(credit, queue);
  bundle.limit = 4000;
  bundle.setToken(TOKEN);
  return { bundle, queue, credit };
}

function write(bundle: Bundle, frame: Uint8Array): boolean {
  const at = bundle.reserve(frame.length);
  if (at < 0) return false;
  bundle.octets.set(frame, at);
  bundle.commit(frame.length);
  return true;
}

/** Sends the frame from where it is, with room for a token before it. */
function sendInPlace(bundle: Bundle, frame: Uint8Array): boolean {
  const octets = new Uint8Array(SESSION_TOKEN_OCTETS + frame.length);
  octets.set(frame, SESSION_TOKEN_OCTETS);
  return bundle.sendInPlace(octets, viewOf(octets), SESSION_TOKEN_OCTETS, octets.length);
}

describe("a bundle", () => {
  it("goes with three others that are full, and the rest at the end of the turn", () => {
    const { bundle, queue } = openBundle();
    for (let number = 0; number < 6; number += 1) write(bundle, numberedFrame(number, 3000));
    expect(queue.flushes.map(({ length }) => length)).toEqual([4]);
    bundle.flush();
    expect(queue.flushes.map(({ length }) => length)).toEqual([4, 2]);
    bundle.flush();
    expect(queue.flushes).toHaveLength(2);
  });

  it("keeps every frame, in order, whether written, sent from where it is or flushed between", () => {
    const step = fc.record({
      length: fc.integer({ min: 0, max: 3900 }),
      how: fc.constantFrom("written", "in place", "flush"),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const { bundle, queue } = openBundle();
        let wanted = "";
        steps.forEach(({ length, how }, number) => {
          if (how === "flush") return bundle.flush();
          const frame = numberedFrame(number, length);
          wanted += frame.toHex();
          expect(how === "written" ? write(bundle, frame) : sendInPlace(bundle, frame)).toBe(true);
        });
        bundle.flush();
        expect(queue.datagrams.every((datagram) => datagram.startsWith(TOKEN_HEX))).toBe(true);
        expect(queue.datagrams.map((datagram) => datagram.slice(TOKEN_HEX.length)).join("")).toBe(wanted);
      }),
    );
  });

  it("sends what waits when credit ends: nothing else would bring it back", () => {
    const { bundle, queue } = openBundle(8000);
    expect(write(bundle, numberedFrame(0, 3000))).toBe(true);
    expect(write(bundle, numberedFrame(1, 3000))).toBe(true);
    expect(write(bundle, numberedFrame(2, 3000))).toBe(false);
    expect(queue.datagrams).toHaveLength(2);
  });

  it("takes nothing from where it is without credit for all of it", () => {
    const { bundle, queue, credit } = openBundle(4000);
    write(bundle, numberedFrame(0, 3000));
    expect(sendInPlace(bundle, numberedFrame(1, 3000))).toBe(false);
    expect(queue.datagrams).toHaveLength(1);
    credit.raise(10_000, 10_000);
    expect(sendInPlace(bundle, numberedFrame(1, 3000))).toBe(true);
    bundle.flush();
    expect(queue.datagrams).toHaveLength(2);
  });
});
