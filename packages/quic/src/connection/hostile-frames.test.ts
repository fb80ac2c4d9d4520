import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { writeVarint } from "../packet/varint.ts";
import { transportError } from "../packet/transport-error.ts";
import { PATH_RESPONSES_MAX } from "./connection-state.ts";
import { EnginePair } from "./engine-pair.testing.ts";

const RUNS = 10_000;
const FIRST_NUMBER = 5000;

/** Frame types that the engine knows, and some that it does not. */
const TYPES = [...Array.from({ length: 0x32 }, (_, type) => type), 0xaf, 0x40, 0x1234, 2 ** 40];

function octetsOf(values: readonly number[]): number[] {
  const octets = new Uint8Array(8 * values.length + 8);
  let end = 0;
  for (const value of values) end = writeVarint(octets, end, value);
  return [...octets.subarray(0, end)];
}

function holds(octets: Uint8Array, part: readonly number[]): boolean {
  return octets.some((_, at) => part.every((octet, index) => octets[at + index] === octet));
}

/** Numbers of every length, most of them small. */
const varint = fc.oneof(
  fc.nat(70),
  fc.nat(20_000),
  fc.nat(2 ** 31 - 1),
  fc.constantFrom(2 ** 30, 2 ** 52, 2 ** 53 - 1, 2 ** 60, 2 ** 61),
);

/** A frame that is one nearly: a type, numbers, and octets. */
const frame = fc
  .tuple(fc.constantFrom(...TYPES), fc.array(varint, { maxLength: 6 }), fc.uint8Array({ maxLength: 40 }))
  .map(([type, fields, rest]) => [...octetsOf([type, ...fields]), ...rest]);

const frames = fc.array(frame, { minLength: 1, maxLength: 4 }).map((all) => all.flat());

describe("an authentic packet of a peer that breaks the protocol", () => {
  it("throws nothing and keeps nothing beyond its bounds, whatever its frames are", { timeout: 600_000 }, () => {
    const established = (): EnginePair => {
      const fresh = new EnginePair();
      fresh.runUntil(() => fresh.client.isEstablished() && fresh.server.isEstablished());
      return fresh;
    };
    let [pair, number] = [established(), FIRST_NUMBER];
    fc.assert(
      fc.property(frames, fc.constantFrom("client", "server"), (content, to) => {
        if (!pair.client.isEstablished() || !pair.server.isEstablished()) {
          pair.client.free();
          pair.server.free();
          pair = established();
        }
        number += 1;
        pair.inject(to, number, content);
        pair[to].forEachReadable((stream) => pair[to].receive(stream, new Uint8Array(64), pair.now) < Infinity);
        pair.transmit(to);
        expect(pair[to].nextTimeout()).not.toBeNaN();
      }),
      { numRuns: RUNS },
    );
  });

  it("of an Initial or Handshake that is damaged throws nothing", { timeout: 600_000 }, () => {
    const recorded: { octets: Uint8Array; to: "client" | "server" }[] = [];
    const pair = new EnginePair();
    pair.tap = (octets, from) =>
      void recorded.push({ octets: octets.slice(), to: from === "client" ? "server" : "client" });
    pair.establish();
    fc.assert(
      fc.property(
        fc.nat(recorded.length - 1),
        fc.array(fc.tuple(fc.nat(60), fc.nat(255)), { maxLength: 4 }),
        fc.nat(1500),
        (index, changes, cut) => {
          const { octets, to } = recorded[index] ?? { octets: new Uint8Array(0), to: "server" as const };
          // The plain handshake shows the reset token: cut behind it, a datagram to the client is a stateless reset.
          const copy = octets.slice(0, to === "server" ? cut : octets.length);
          for (const [at, value] of changes) if (at < copy.length) copy[at] = value;
          pair.deliver(to, copy);
        },
      ),
      { numRuns: RUNS },
    );
    expect(pair.client.isEstablished() && pair.server.isEstablished()).toBe(true);
  });
});

/** What each illegal packet ends the connection with, RFC 9000; `to` takes it. */
const ILLEGAL: readonly { what: string; to: "client" | "server"; frames: number[]; error: number }[] = [
  { what: "without frames (12.4)", to: "server", frames: [], error: transportError.protocolViolation },
  {
    what: "with a frame of no known type (12.4)",
    to: "server",
    frames: octetsOf([0x40]),
    error: transportError.frameEncoding,
  },
  {
    what: "with a frame that is cut short (12.4)",
    to: "server",
    frames: [0x04, 0x00],
    error: transportError.frameEncoding,
  },
  {
    what: "with an acknowledgement of what was never sent (13.1)",
    to: "server",
    frames: octetsOf([2, 4000, 0, 0, 0]),
    error: transportError.protocolViolation,
  },
  {
    what: "with an acknowledgement below packet 0 (19.3.1)",
    to: "server",
    frames: octetsOf([2, 1, 0, 0, 2]),
    error: transportError.frameEncoding,
  },
  {
    what: "with one of our streams that we did not open (19.8)",
    to: "server",
    frames: octetsOf([0x0a, 1, 0]),
    error: transportError.streamState,
  },
  {
    what: "with a one-way stream, of which we allow none (4.6)",
    to: "server",
    frames: octetsOf([0x0a, 2, 0]),
    error: transportError.streamLimit,
  },
  {
    what: "with a stream beyond the limit (4.6)",
    to: "server",
    frames: octetsOf([0x0a, 4000, 0]),
    error: transportError.streamLimit,
  },
  {
    what: "with octets beyond a stream's credit (4.1)",
    to: "server",
    frames: [...octetsOf([0x0e, 0, 600_000, 1]), 7],
    error: transportError.flowControl,
  },
  {
    what: "with octets beyond a stream's end (4.5)",
    to: "server",
    frames: [...octetsOf([0x0b, 0, 0]), ...octetsOf([0x0a, 0, 1]), 7],
    error: transportError.finalSize,
  },
  {
    what: "with two ends of one stream (4.5)",
    to: "server",
    frames: [...octetsOf([0x0b, 0, 1]), 7, ...octetsOf([0x0b, 0, 0])],
    error: transportError.finalSize,
  },
  {
    what: "with a reset below what has arrived (4.5)",
    to: "server",
    frames: [...octetsOf([0x0a, 0, 1]), 7, ...octetsOf([4, 0, 1, 0])],
    error: transportError.finalSize,
  },
  {
    what: "with a reset beyond a stream's credit (4.5)",
    to: "server",
    frames: octetsOf([4, 0, 1, 600_000]),
    error: transportError.flowControl,
  },
  {
    what: "with a reset whose reliable size is beyond its end",
    to: "server",
    frames: octetsOf([0x24, 0, 1, 5, 6]),
    error: transportError.frameEncoding,
  },
  {
    what: "that stops a stream of the peer's that was never opened (19.5)",
    to: "server",
    frames: octetsOf([5, 1, 0]),
    error: transportError.streamState,
  },
  {
    what: "that gives credit to a stream that was never opened (19.10)",
    to: "server",
    frames: octetsOf([0x11, 1, 9]),
    error: transportError.streamState,
  },
  {
    what: "that allows more than 2^60 streams (19.11)",
    to: "server",
    frames: octetsOf([0x12, 2 ** 60 + 4096]),
    error: transportError.frameEncoding,
  },
  {
    what: "that is blocked at more than 2^60 streams (19.14)",
    to: "server",
    frames: octetsOf([0x16, 2 ** 60 + 4096]),
    error: transportError.frameEncoding,
  },
  {
    what: "with a token for a server (19.7)",
    to: "server",
    frames: [...octetsOf([7, 1]), 9],
    error: transportError.protocolViolation,
  },
  { what: "with an empty token (19.7)", to: "client", frames: octetsOf([7, 0]), error: transportError.frameEncoding },
  {
    what: "with HANDSHAKE_DONE for a server (19.20)",
    to: "server",
    frames: [0x1e],
    error: transportError.protocolViolation,
  },
  {
    what: "that answers a challenge that was never made (19.18)",
    to: "server",
    frames: [0x1b, 1, 2, 3, 4, 5, 6, 7, 8],
    error: transportError.protocolViolation,
  },
  {
    what: "that retires the id that it came to (19.16)",
    to: "server",
    frames: octetsOf([0x19, 0]),
    error: transportError.protocolViolation,
  },
  {
    what: "with a connection id of no octets (19.15)",
    to: "server",
    frames: [...octetsOf([0x18, 1, 0, 0]), ...Array<number>(16).fill(1)],
    error: transportError.frameEncoding,
  },
  {
    what: "with a connection id of 21 octets (19.15)",
    to: "server",
    frames: [...octetsOf([0x18, 1, 0, 21]), ...Array<number>(37).fill(1)],
    error: transportError.frameEncoding,
  },
  {
    what: "that retires ids beyond its own (19.15)",
    to: "server",
    frames: [...octetsOf([0x18, 1, 2, 4]), ...Array<number>(20).fill(1)],
    error: transportError.frameEncoding,
  },
  {
    what: "with more connection ids than we hold (5.1.1)",
    to: "server",
    frames: [1, 2, 3].flatMap((id) => [...octetsOf([0x18, id, 0, 4]), ...Array<number>(20).fill(id)]),
    error: transportError.connectionIdLimit,
  },
  {
    what: "with one connection id under two numbers (19.15)",
    to: "server",
    frames: [1, 2].flatMap((id) => [...octetsOf([0x18, id, 0, 4]), ...Array<number>(20).fill(7)]),
    error: transportError.protocolViolation,
  },
  {
    what: "with too many octets of a handshake out of order (7.5)",
    to: "server",
    frames: [...octetsOf([6, 70_000, 1]), 7],
    error: transportError.cryptoBufferExceeded,
  },
  {
    what: "that asks for acknowledgements sooner than we promise",
    to: "server",
    frames: octetsOf([0xaf, 0, 1, 10, 1]),
    error: transportError.protocolViolation,
  },
];

describe("a connection is ended by a packet", () => {
  it.each(ILLEGAL)("$what", ({ to, frames: content, error }) => {
    const pair = new EnginePair().establish();
    pair.inject(to, FIRST_NUMBER, content);
    const reason = { by: "local", application: false, code: error, text: expect.stringMatching(/\w/) };
    expect(pair[to].closeReason()).toMatchObject(reason);
    expect(pair[to].isEstablished()).toBe(false);
    expect(pair.transmit(to)).toBeGreaterThan(0);
  });

  it("with reserved bits set (17.3.1)", () => {
    const pair = new EnginePair().establish();
    pair.deliver("server", pair.forge("client", FIRST_NUMBER, [1], 0x18));
    expect(pair.server.closeReason()).toMatchObject({ by: "local", code: transportError.protocolViolation });
  });
});

describe("a connection goes on after a packet", () => {
  it.each([
    { what: "that came before (RFC 9000 12.3)", frames: [1] },
    { what: "with frames of a stream that is over (3.2)", frames: [...octetsOf([0x0a, 0, 1]), 7] },
    {
      what: "with more path challenges than are answered at once",
      frames: Array.from({ length: 9 }, () => [0x1a, 1, 2, 3, 4, 5, 6, 7, 8]).flat(),
    },
    {
      what: "with a connection id and its repetition",
      frames: [1, 1].flatMap(() => [...octetsOf([0x18, 1, 0, 4]), ...Array<number>(20).fill(1)]),
    },
  ])("$what", ({ frames: content }) => {
    const pair = new EnginePair().establish();
    for (let count = 0; count < 3; count += 1) pair.inject("server", FIRST_NUMBER, content);
    expect(pair.server.isEstablished()).toBe(true);
  });

  it("with nine path challenges, of which the first four are answered", () => {
    const pair = new EnginePair().establish();
    const challenge = (n: number): number[] => [0xc1, 0xc2, 0xc3, 0xc4, 0xc5, 0xc6, 0xc7, n];
    const answered = new Set<number>();
    pair.tap = (octets, from) => {
      if (from !== "server") return;
      // The plain provider leaves frames readable.
      for (let n = 0; n < 9; n += 1) if (holds(octets, [0x1b, ...challenge(n)])) answered.add(n);
    };
    const numbers = Array.from({ length: 9 }, (_, n) => n);
    pair.inject(
      "server",
      FIRST_NUMBER,
      numbers.flatMap((n) => [0x1a, ...challenge(n)]),
    );
    pair.turn();
    expect([...answered]).toEqual(numbers.slice(0, PATH_RESPONSES_MAX));
    // They have left: the next ones are answered.
    pair.inject("server", FIRST_NUMBER + 1, [0x1a, ...challenge(8)]);
    pair.turn();
    expect(answered.has(8)).toBe(true);
  });

  it("with a path challenge, whose answer fills 1,200 octets (8.2.2)", () => {
    const pair = new EnginePair().establish();
    const stream = pair.server.openStream() ?? -1;
    pair.server.send(stream, new Uint8Array(20), false);
    const answers: number[] = [];
    pair.tap = (octets, from) => {
      if (from === "server" && holds(octets, [0x1b, 1, 2, 3, 4, 5, 6, 7, 8])) answers.push(octets.length);
    };
    pair.inject("server", FIRST_NUMBER, [0x1a, 1, 2, 3, 4, 5, 6, 7, 8]);
    pair.runFor(200);
    expect(answers).toEqual([1200]);
    expect(pair.client.receive(stream, new Uint8Array(64), pair.now)).toBe(20);
  });

  it("with the fixed bit cleared, which is dropped (17.3.1)", () => {
    const pair = new EnginePair().establish();
    expect(pair.deliver("server", pair.forge("client", FIRST_NUMBER, [0x1c, 0, 0, 0], 0x40))).toBe(false);
    expect(pair.server.isEstablished()).toBe(true);
  });

  it("that ends with the reset token of an id not yet used, or retired (10.3.1)", () => {
    const pair = new EnginePair().establish();
    const withToken = (octet: number): Uint8Array => new Uint8Array(60).fill(0x41).fill(octet, -16);
    pair.inject("server", FIRST_NUMBER, [...octetsOf([0x18, 1, 0, 4]), ...Array<number>(20).fill(5)]);
    expect(pair.deliver("server", withToken(5))).toBe(false);
    pair.inject("server", FIRST_NUMBER + 1, [...octetsOf([0x18, 2, 2, 4]), ...Array<number>(20).fill(6)]);
    expect(pair.deliver("server", withToken(5))).toBe(false);
    expect(pair.server.isEstablished()).toBe(true);
    expect(pair.deliver("server", withToken(6))).toBe(true);
    expect(pair.server.closeReason().by).toBe("lost");
  });

  it("that makes us retire a flood of connection ids ends it at a bound", () => {
    const pair = new EnginePair().establish();
    for (let id = 1; id < 100 && pair.server.isEstablished(); id += 1)
      pair.inject("server", FIRST_NUMBER + id, [...octetsOf([0x18, id, id, 4]), ...Array<number>(20).fill(id)]);
    expect(pair.server.closeReason()).toMatchObject({ code: transportError.connectionIdLimit });
  });
});
