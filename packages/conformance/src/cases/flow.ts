import { FRAME_DATA } from "@flor/wire";
import type { Bench } from "../bench.ts";
import { carry, deliver, numbered } from "../carry.ts";
import type { ConformanceCase } from "../conformance-case.ts";
import { Section } from "../contract.ts";
import { expectCrosses, untilCrosses } from "../expect-crosses.ts";
import { type Crossing, frameTo, type Site } from "../crossing.ts";
import { readDatagram, readEnvelopes } from "../datagram.ts";
import { demand } from "../finding.ts";
import { frameContent } from "../frame-content.ts";
import { residentOctets } from "../proc.ts";
import type { TestedLink } from "../tested-link.ts";
import { nextTurn } from "../waiting.ts";

/** No receive buffer of a process holds more. */
const CREDIT_FRAMES_MAX = 262_144;
const FRAMES_PER_TURN = 1000;
const group = "flow";
const KEEPALIVE_PINGS = 3;
/** Allowance for a busy machine. */
const KEEPALIVE_GRACE_MS = 2000;
/** Credit for 19 datagrams and 8,192 octets. */
const SMALL_BUFFER_OCTETS = 32_768;
const FLOOD_OCTETS = 200;
/** Several times the size of a small window. */
const FLOOD_FRAMES = 400;
const STUCK_MS = 1500;
const STUCK_GROWTH_MAX_OCTETS = 64 * 1024 * 1024;

/** Credit, seen from both sides. */
export const flowCases: readonly ConformanceCase[] = [
  {
    id: "FLOW-01",
    group,
    title: "a link never sends more data than its credit",
    level: "must",
    section: Section.credit,
    async run(bench) {
      const crossing = await crossIntoStuckNode(bench);
      const { link } = crossing.near;
      await flood(crossing, STUCK_MS);
      const { window } = link.end.grant;
      demand(
        link.sent.datagrams <= window.datagrams && link.sent.octets <= window.octets,
        `at most ${window.datagrams} datagrams and ${window.octets} octets before the first Credit`,
        `${link.sent.datagrams} datagrams and ${link.sent.octets} octets came`,
      );
      demand(link.sent.datagrams > 0, "some data within the credit", "none came");
      link.outbound = (datagram) => datagram;
      await untilCrosses(bench, crossing);
    },
  },
  {
    id: "FLOW-02",
    group,
    title: "a link sends Credit for what it took, without being asked",
    level: "must",
    section: Section.credit,
    async run(bench) {
      const { near, far } = await bench.cross();
      const { link } = near;
      link.outbound = (datagram) => (readEnvelopes(datagram).some(({ ping }) => ping) ? undefined : datagram);
      await carry(
        near,
        far,
        numbered(
          Array.from({ length: 60 }, () => 500),
          1,
        ),
      );
      const sent = { ...link.end.credit.sent };
      await link.until(
        () => link.envelopes.some(({ credit }) => (credit?.receivedDatagrams ?? 0) >= sent.datagrams),
        `Credit with received_datagrams ${sent.datagrams}`,
        1000,
        () => `the last one was ${JSON.stringify(link.envelopes.findLast(({ credit }) => credit)?.credit ?? "none")}`,
      );
      const { credit } = link.envelopes.findLast((envelope) => envelope.credit) ?? {};
      const isAhead = (credit?.limitDatagrams ?? 0) > sent.datagrams && (credit?.limitOctets ?? 0) > sent.octets;
      demand(isAhead, "limits above what was sent", JSON.stringify(credit));
    },
  },
  {
    id: "FLOW-03",
    group,
    title: "a link whose Credits got lost goes on when one arrives, and asks for it by Ping",
    level: "must",
    section: Section.credit,
    async run(bench) {
      const crossing = await crossIntoStuckNode(bench);
      await flood(crossing, STUCK_MS);
      const { link } = crossing.near;
      const before = link.sent.datagrams;
      link.outbound = (datagram) => datagram;
      // No word of the node's own: the link's Ping must come, and the answer brings Credit.
      await link.until(
        () => {
          sendFlood(crossing.far);
          return link.sent.datagrams > before;
        },
        "data again after a Credit",
        3000,
      );
    },
  },
  {
    id: "FLOW-04",
    group,
    title: "what the kernel lost is settled by a Ping: credit does not leak away",
    level: "must",
    section: Section.credit,
    async run(bench) {
      const crossing = await bench.cross();
      const { link } = crossing.near;
      const isData = (datagram: Uint8Array): boolean =>
        readDatagram(datagram)?.frames.some(({ type }) => type === FRAME_DATA) ?? false;
      link.outbound = (datagram) => (isData(datagram) ? undefined : datagram);
      for (let frames = 0; link.send(frameTo(crossing.near, frameContent(1000, 1))); frames += 1) {
        demand(frames < CREDIT_FRAMES_MAX, "an end of the credit", `${frames} frames of 1,000 octets found credit`);
        link.flush();
        // Other cases run in this process, and their links take a long silence for its end.
        if (frames % FRAMES_PER_TURN === FRAMES_PER_TURN - 1) await nextTurn();
      }
      const lost = { ...link.end.credit.sent };
      link.outbound = (datagram) => datagram;
      await link.until(
        () => link.end.credit.limit.datagrams > lost.datagrams + 1 && link.end.credit.limit.octets > lost.octets + 2000,
        `Credit beyond the ${lost.datagrams} datagrams that were sent and lost`,
        4000,
        () => `the limit stayed ${JSON.stringify(link.end.credit.limit)}`,
      );
      await expectCrosses(bench, crossing, 1000);
    },
  },
  {
    id: "FLOW-05",
    group,
    title: "a link whose node takes nothing drops, and does not grow",
    level: "must",
    section: Section.credit,
    async run(bench) {
      const crossing = await crossIntoStuckNode(bench);
      const { pid } = crossing.near.link.child;
      await flood(crossing, 300);
      const before = residentOctets(pid);
      await flood(crossing, STUCK_MS);
      const growth = residentOctets(pid) - before;
      const most = STUCK_GROWTH_MAX_OCTETS;
      demand(growth <= most, `growth of ${most} octets at most`, `the process grew by ${growth}`);
      await crossing.near.link.barrier();
    },
  },
  {
    id: "FLOW-06",
    group,
    title: "control messages do not queue behind data",
    level: "must",
    section: Section.credit,
    async run(bench) {
      const { near, far } = await bench.cross();
      const isOver = { value: false };
      const load = (async () => {
        while (!isOver.value)
          await carry(
            near,
            far,
            numbered(
              Array.from({ length: 64 }, () => 1000),
              1,
            ),
            { lotFrames: 64 },
          );
      })();
      // It is heard of below, and may fail sooner.
      load.catch(() => {});
      try {
        const times: number[] = [];
        for (let round = 0; round < 30; round += 1) times.push(await near.link.barrier(2000));
        const worst = Math.max(...times);
        demand(
          worst <= 1000 * near.link.patience,
          "a Pong within 1 s while data flows",
          `one took ${worst.toFixed(0)} ms`,
        );
        return `worst ${worst.toFixed(1)} ms`;
      } finally {
        isOver.value = true;
        await load;
      }
    },
  },
  {
    id: "FLOW-07",
    group,
    title: "the link Pings by itself, once each keepalive_ms: what the kernel lost for it is settled by nothing else",
    level: "must",
    section: Section.liveness,
    async run(bench) {
      const link = await bench.startReady();
      const pings = (): number => link.envelopes.filter((envelope) => envelope.ping).length;
      await link.until(
        () => pings() >= KEEPALIVE_PINGS,
        `${KEEPALIVE_PINGS} Pings, one every 1000 ms or sooner`,
        KEEPALIVE_PINGS * 1000 + KEEPALIVE_GRACE_MS,
        () => `${pings()} came`,
      );
    },
  },
  {
    id: "FLOW-08",
    group,
    title: "a Credit that was overtaken, and says less, takes nothing back",
    level: "must",
    section: Section.credit,
    async run(bench) {
      const { near, far } = await bench.cross();
      const { link } = near;
      await deliver(bench, far, near, numbered([200, 201], 1));
      withholdCredit(link);
      link.tell({ credit: { receivedDatagrams: 1, receivedOctets: 1, limitDatagrams: 1, limitOctets: 1 } });
      await link.barrier();
      await deliver(bench, far, near, numbered([202, 203], 11));
    },
  },
];

/** A crossing whose near node has a small window and gives no credit; it answers Pings without. */
async function crossIntoStuckNode(bench: Bench): Promise<Crossing> {
  const crossing = await bench.cross({ near: { receiveBufferOctets: SMALL_BUFFER_OCTETS } });
  withholdCredit(crossing.near.link);
  return crossing;
}

/** From now on, Credit from the node's end does not reach the link. */
function withholdCredit(link: TestedLink): void {
  link.outbound = (datagram) => (readEnvelopes(datagram).some(({ credit }) => credit) ? undefined : datagram);
}

/** The far side sends, whatever the result. */
async function flood({ far }: Crossing, forMs: number): Promise<void> {
  const until = performance.now() + forMs;
  while (performance.now() < until) {
    sendFlood(far);
    await far.link.barrier();
  }
}

function sendFlood(far: Site): void {
  for (let index = 0; index < FLOOD_FRAMES; index += 1)
    if (!far.link.send(frameTo(far, frameContent(FLOOD_OCTETS, index)))) break;
  far.link.flush();
}
