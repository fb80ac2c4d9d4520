import fc from "fast-check";
import { expect, test } from "vitest";
import type { LocalSocket, LocalSocketListener } from "./local-socket.ts";
import { socketPair } from "./socket-pair.ts";

const octetsOf = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Hears one end. */
class Hearer implements LocalSocketListener {
  text = "";
  drains = 0;
  ends = 0;
  resets: string[] = [];

  constructor(socket?: LocalSocket) {
    socket?.listen(this);
  }

  handleOctets(octets: Uint8Array): void {
    this.text += new TextDecoder().decode(octets);
  }

  handleEnd(): void {
    this.ends += 1;
  }

  handleReset(code: string): void {
    this.resets.push(code);
  }

  handleDrain(): void {
    this.drains += 1;
  }
}

test("what is written at one end of a pair is heard at the other, also before anybody listens", () => {
  const [near, far] = socketPair({ address: "192.0.2.7", port: 4711 });
  expect([near.remote?.address, far.remote]).toEqual(["192.0.2.7", undefined]);
  expect(near.write(octetsOf("early "))).toBe(6);
  near.end();
  const nearHears = new Hearer(near);
  const farHears = new Hearer(far);
  expect([farHears.text, farHears.ends, nearHears.drains]).toEqual(["early ", 1, 1]);
  expect(far.write(octetsOf("back"))).toBe(0);
  expect(nearHears.text).toBe("back");
});

test("an end that is paused holds back its writer, and its end of the stream comes last", () => {
  const [near, far] = socketPair();
  const [nearHears, farHears] = [new Hearer(near), new Hearer(far)];
  far.pause();
  expect([near.write(octetsOf("a")), near.write(octetsOf("b"))]).toEqual([1, 2]);
  near.end();
  expect([farHears.text, farHears.ends, nearHears.drains]).toEqual(["", 0, 0]);
  far.resume();
  expect([farHears.text, farHears.ends, nearHears.drains]).toEqual(["ab", 1, 1]);
});

test("a reset is told once, to the other end alone, and drops what was held", () => {
  const [near, far] = socketPair();
  const nearHears = new Hearer(near);
  far.pause();
  near.write(octetsOf("lost"));
  near.reset();
  near.reset();
  const farHears = new Hearer(far);
  far.write(octetsOf("nowhere"));
  far.resume();
  expect([farHears.text, farHears.resets, nearHears.text, nearHears.resets]).toEqual(["", ["ECONNRESET"], "", []]);
});

test("no octet is lost, doubled or out of order, whatever pauses", () => {
  const steps = fc.array(fc.oneof(fc.string({ unit: "grapheme-ascii" }), fc.constantFrom(true, false)));
  fc.assert(
    fc.property(steps, (all) => {
      const [near, far] = socketPair();
      const hears = new Hearer(far);
      for (const step of all) {
        if (typeof step === "string") near.write(octetsOf(step));
        else if (step) far.pause();
        else far.resume();
      }
      near.end();
      far.resume();
      expect([hears.text, hears.ends]).toEqual([all.filter((step) => typeof step === "string").join(""), 1]);
    }),
  );
});
