import { FRAME_HEADER_OCTETS } from "@flor/wire";
import { carry, deliver, numbered } from "../carry.ts";
import type { ConformanceCase } from "../conformance-case.ts";
import { Section } from "../contract.ts";
import { expectCrosses } from "../expect-crosses.ts";
import { type Crossing, frameTo, type Site } from "../crossing.ts";
import { datagramOf, frameOf } from "../datagram.ts";
import { applies, demand, Finding } from "../finding.ts";
import { frameContent, indexOf } from "../frame-content.ts";

const group = "data";
const MANY = 400;
const SOAK = 4000;
const BUNDLE_FRAMES = 12;
const BUNDLE_TRIES = 5;

/** How frames arrive together. */
export const dataOrderCases: readonly ConformanceCase[] = [
  {
    id: "DATA-05",
    group,
    title: "a port that is declared ordered keeps the order",
    level: "must",
    section: Section.ports,
    async run(bench) {
      const { near, far } = await bench.cross();
      applies(near.port.ordered, "the port is not declared ordered");
      const received = await carry(near, far, numbered(sizes(MANY), 1), { lotFrames: 40 });
      const indices = received.map(({ content }) => indexOf(content) ?? 0);
      const late = indices.findIndex((index, at) => at > 0 && index < (indices[at - 1] ?? 0));
      demand(late < 0, "frames in the order sent", `frame ${indices[late]} came after frame ${indices[late - 1]}`);
    },
  },
  {
    id: "DATA-06",
    group,
    title: "no frame arrives twice",
    level: "must",
    section: Section.datagrams,
    async run(bench) {
      applies((bench.options.impairments?.duplicate ?? 0) === 0, "the path duplicates");
      const { near, far } = await bench.cross();
      const received = await carry(near, far, numbered(sizes(MANY), 1));
      const seen = new Set<number>();
      for (const { content } of received) {
        const index = indexOf(content) ?? 0;
        demand(!seen.has(index), "each frame once", `frame ${index} of ${MANY} came again`);
        seen.add(index);
      }
      demand(received.length > 0, "frames", "none came");
    },
  },
  {
    id: "DATA-11",
    group,
    title: "every frame of a bundle is carried, the last one too, both ways",
    level: "must",
    section: Section.datagrams,
    async run(bench) {
      const crossing = await bench.cross();
      await expectWholeBundle(crossing.near, crossing.far);
      await expectWholeBundle(crossing.far, crossing.near);
    },
  },
  {
    id: "DATA-12",
    group,
    title: "empty datagrams, cut frames and frames for ports that are not there change nothing",
    level: "must",
    section: Section.datagrams,
    async run(bench) {
      const crossing = await bench.cross();
      const { link, port, token } = crossing.near;
      const frame = frameTo(crossing.near, frameContent(64, 1));
      const unknownPort = link.ports.some((one) => one.port === 65_535) ? 65_534 : 65_535;
      const nonsense: readonly (readonly Uint8Array[])[] = [
        [],
        [frame.slice(0, 15)],
        [frame.slice(0, 40)],
        [frameOf({ port: port.port, token, length: 0xffff, content: new Uint8Array(10) })],
        [frameOf({ port: unknownPort, token, content: frameContent(64, 2) })],
        [frameOf({ port: 0, token, content: frameContent(64, 3) })],
        [frameOf({ type: 0x77, port: port.port, token, content: frameContent(64, 4) })],
        [frameOf({ type: 0, port: port.port, token, content: new Uint8Array(0) })],
      ];
      for (const frames of nonsense) link.sendRaw(datagramOf(link.token, frames));
      await link.barrier();
      await expectCrosses(bench, crossing, 1000);
      const arrived = crossing.far.link.frames.some(({ content }) => (indexOf(content) ?? 999) < 10);
      demand(!arrived, "nothing of malformed frames", "one of them arrived");
    },
  },
  {
    id: "DATA-15",
    group,
    title: "a datagram to the node is a session token and whole frames, with nothing behind them",
    level: "must",
    section: Section.datagrams,
    async run(bench) {
      const { near, far } = await bench.cross();
      for (const [from, to] of [
        [near, far],
        [far, near],
      ] as const) {
        await carry(from, to, numbered(sizes(MANY), 1), { lotFrames: 40 });
        await to.link.barrier();
        const { untidy } = to.link;
        demand(untidy === 0, "whole frames and nothing else", `octets behind the last frame in ${untidy} datagrams`);
      }
    },
  },
  {
    id: "DATA-09",
    group,
    title: `${SOAK} frames of mixed lengths cross, none changed, and the session stands`,
    level: "must",
    section: Section.datagrams,
    async run(bench) {
      const crossing = await bench.cross();
      const { near, far } = crossing;
      const most = Math.min(near.port.segmentMtu, 1400) - FRAME_HEADER_OCTETS;
      const lengths = Array.from({ length: SOAK }, () => 8 + (bench.random.nextWord() % (most - 8)));
      const sent = numbered(lengths, 1);
      const received = await carry(near, far, sent, { lotFrames: 64 });
      for (const { content } of received) {
        const original = sent[(indexOf(content) ?? 0) - 1];
        const isExact = original !== undefined && Buffer.compare(original, content) === 0;
        demand(isExact, "frames as they were sent", `frame ${indexOf(content)} changed`);
      }
      const least = bench.options.impairments === undefined ? 0.9 : 0.5;
      demand(received.length >= SOAK * least, `${SOAK * least} of ${SOAK} frames`, `${received.length} came`);
      await expectCrosses(bench, crossing, SOAK + 100);
      return `${received.length} of ${SOAK} frames`;
    },
  },
  {
    id: "DATA-07",
    group,
    title: "what is dropped is counted: a figure rises for a frame that is too long or has no port",
    level: "should",
    section: Section.liveness,
    async run(bench) {
      const crossing = await bench.cross();
      const { link, token } = crossing.near;
      applies(link.hello?.message.hello?.capabilities?.includes("stats") === true, 'no capability "stats"');
      const before = await dropped(crossing);
      link.sendRaw(datagramOf(link.token, [frameOf({ port: 65_534, token, content: frameContent(64, 1) })]));
      await deliver(bench, crossing.near, crossing.far, numbered([64], 5));
      const after = await dropped(crossing);
      demand(after > before, 'a counter "drop.…" that rises', `their sum stayed ${after}`);
    },
  },
];

/** Sends one datagram of several frames, more than once: a frame that never comes was not lost by chance. */
async function expectWholeBundle(from: Site, to: Site): Promise<void> {
  const missing = new Set(Array.from({ length: BUNDLE_FRAMES }, (_, index) => index + 1));
  for (let attempt = 0; attempt < BUNDLE_TRIES && missing.size > 0; attempt += 1) {
    const contents = Array.from({ length: BUNDLE_FRAMES }, (_, index) => frameContent(90, index + 1));
    for (const { content } of await carry(from, to, contents, { lotFrames: BUNDLE_FRAMES }))
      missing.delete(indexOf(content) ?? 0);
  }
  if (missing.size === 0) return;
  throw new Finding(
    `all ${BUNDLE_FRAMES} frames of a bundle in ${BUNDLE_TRIES} tries, ${from.name} to ${to.name}`,
    `number ${[...missing].join(", ")} never came`,
  );
}

function sizes(count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => 20 + ((index * 37) % 900));
}

async function dropped({ near }: Crossing): Promise<number> {
  const counters = await near.link.counters();
  return [...counters].filter(([name]) => name.startsWith("drop.")).reduce((sum, [, value]) => sum + value, 0);
}
