/** Two links that dial each other at once: whatever comes first, they agree on one stream and lose nothing over it. */
import type { Neighbour } from "@flor/link-kit";
import { FRAME_DATA, FRAME_HEADER_OCTETS, type Token, viewOf, writeFrameHeader } from "@flor/wire";
import fc from "fast-check";
import { expect, it } from "vitest";
import { type CarriedStream, carriedStreamOf } from "./carried-stream.ts";
import { CarrierLink } from "./carrier-link.ts";
import { RecordedDoor } from "./recorded-door.testing.ts";
import { type SteppedPair, steppedPair } from "./stepped-pair.testing.ts";

const TOKEN: Token = { high: 0x01020304, low: 0x05060708 };
const NEIGHBOUR: Neighbour = {
  key: "other",
  address: "there",
  token: Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8),
  port: 0,
  peer: "other",
};

/** What may happen next: a link's dial succeeds, its node sends, or octets of the stream that it dialled arrive. */
type Step = readonly [side: 0 | 1, what: "dial" | "send" | "near" | "far"];
const SENDS: readonly Step[] = [
  [0, "send"],
  [1, "send"],
];
const OTHERS: readonly Step[] = ([0, 1] as const).flatMap((side) =>
  (["dial", "near", "far"] as const).map((what): Step => [side, what]),
);

class Crossing implements AsyncDisposable {
  readonly nodes = [new RecordedDoor(), new RecordedDoor()] as const;
  readonly links = [this.#open(0), this.#open(1)] as const;
  readonly pairs: (SteppedPair | undefined)[] = [undefined, undefined];
  /** Contents that each node sent while its port was up. */
  readonly sent: readonly [string[], string[]] = [[], []];
  readonly #dials: ((stream: CarriedStream) => void)[] = [];

  constructor() {
    for (const link of this.links) link.setNeighbours([NEIGHBOUR]);
  }

  async take([side, what]: Step): Promise<boolean> {
    const isDone = what === "dial" ? this.#dial(side) : what === "send" ? this.#send(side) : this.#deliver(side, what);
    // Streams tell of octets a few turns after they have come.
    for (let turns = isDone ? 3 : 0; turns > 0; turns -= 1) await new Promise((resolve) => setImmediate(resolve));
    return isDone;
  }

  /** Takes the first of these steps that is possible; false: none is. */
  async takeOne(order: readonly Step[]): Promise<boolean> {
    for (const one of order) if (await this.take(one)) return true;
    return false;
  }

  /** Until nothing is under way any more. */
  async settle(): Promise<void> {
    while (await this.takeOne(OTHERS));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.links.map((link) => link.close()));
  }

  #open(side: 0 | 1): CarrierLink {
    const dial = async (): Promise<CarriedStream> =>
      new Promise((resolve) => {
        this.#dials[side] = resolve;
      });
    return new CarrierLink({
      node: this.nodes[side],
      kind: "test",
      name: new Uint8Array(16).fill(side),
      mtu: 2000,
      dial,
    });
  }

  #dial(side: 0 | 1): boolean {
    if (this.pairs[side] !== undefined) return false;
    const pair = steppedPair();
    this.pairs[side] = pair;
    this.#dials[side]?.(carriedStreamOf(pair.near, "there"));
    this.links[1 - side]?.accept(carriedStreamOf(pair.far, "somewhere"));
    return true;
  }

  #deliver(side: 0 | 1, to: "near" | "far"): boolean {
    return this.pairs[side]?.deliver(to) ?? false;
  }

  #send(side: 0 | 1): boolean {
    const port = this.nodes[side].portOf("other");
    if (port?.up !== true) return false;
    const content = `${side}: ${this.sent[side].length}`;
    this.sent[side].push(content);
    const payload = new TextEncoder().encode(content);
    const frame = new Uint8Array(FRAME_HEADER_OCTETS + payload.length);
    const view = viewOf(frame);
    writeFrameHeader(view, 0, { type: FRAME_DATA, flags: 0, length: payload.length, port: port.port, token: TOKEN });
    frame.set(payload, FRAME_HEADER_OCTETS);
    this.links[side].handleFrames(frame, view, 0, frame.length);
    return true;
  }
}

/** The order in which steps are tried, of which the first that is possible is taken. */
const order = fc.shuffledSubarray([...OTHERS, ...SENDS], { minLength: OTHERS.length + SENDS.length });

it("no frame is lost that was sent while the port was up, and one stream is left", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(order, { minLength: 8, maxLength: 40 }), async (orders) => {
      await using crossing = new Crossing();
      for (const one of orders) await crossing.takeOne(one);
      await crossing.settle();
      // An end that has not spoken yet is known by its first frame.
      for (const side of [0, 1, 0, 1] as const) {
        await crossing.take([side, "send"]);
        await crossing.settle();
      }
      const received = crossing.nodes.map(({ frames }) => frames.map(({ content }) => content).sort());
      expect(received).toEqual([crossing.sent[1].toSorted(), crossing.sent[0].toSorted()]);
      expect(crossing.nodes.map(({ ports }) => ports.size)).toEqual([1, 1]);
      // The end with the lower name dialled what stays.
      expect(crossing.pairs.map((pair) => [pair?.near.destroyed, pair?.far.destroyed])).toEqual([
        [false, false],
        [true, true],
      ]);
    }),
    { numRuns: 600 },
  );
});
