import { FRAME_DATA, FRAME_HEADER_OCTETS, packLabelStackEntry, viewOf } from "@flor/wire";
import type { Bench } from "../bench.ts";
import { deliver, numbered, sendWithinCredit } from "../carry.ts";
import type { ConformanceCase } from "../conformance-case.ts";
import { Section } from "../contract.ts";
import type { Site } from "../crossing.ts";
import { datagramOf, frameOf } from "../datagram.ts";
import { demand } from "../finding.ts";
import { frameContent, indexOf, sameOctets } from "../frame-content.ts";

const group = "data";
const SIZES = [0, 1, 2, 63, 64, 1199, 1200];
/** What QUIC's 1,200 octets need behind header, labels and admission envelope. */
const LEAST_MTU = 1256;
/** At once, so often: together more than a slow machine may be told of in the time that they take. */
const TOO_BIG_BURST = 40;
const TOO_BIG_BURSTS = 5;
const TOO_BIG_PER_SECOND = 10;

/** Frames arrive as they were sent. */
export const dataExactCases: readonly ConformanceCase[] = [
  {
    id: "DATA-01",
    group,
    title: "contents of every length arrive octet for octet, both ways",
    level: "must",
    section: Section.datagrams,
    async run(bench) {
      const { near, far } = await bench.cross();
      const sent = numbered(usefulSizes(near), 1);
      await expectExact(bench, near, far, sent);
      await expectExact(bench, far, near, numbered(usefulSizes(far), 100));
    },
  },
  {
    id: "DATA-02",
    group,
    title: "a frame one octet longer than the port's MTU is dropped whole, TooBig says so, and the next one arrives",
    level: "must",
    section: Section.ports,
    async run(bench) {
      const { near, far } = await bench.cross();
      const { mtu, port } = near.port;
      await sendWithinCredit(near, frameContent(mtu + 1 - FRAME_HEADER_OCTETS, 1));
      near.link.flush();
      await near.link.until(
        () => near.link.events.some((event) => event.type === "tooBig" && event.port === port),
        `TooBig for port ${port} after a frame of ${mtu + 1} octets`,
        2000,
        () => (far.link.frames.length > 0 ? arrivedText(far) : "nothing came"),
      );
      const next = await deliver(bench, near, far, numbered([100], 2));
      const tooLong = [...far.link.frames, ...next].filter(({ content }) => content.length !== 100);
      demand(tooLong.length === 0, "nothing of the frame that was too long", `${tooLong.length} frames came of it`);
      for (const event of near.link.events) {
        if (event.type !== "tooBig") continue;
        demand(event.mtu === mtu, `TooBig with the port's mtu, ${mtu}`, `mtu ${event.mtu}`);
      }
    },
  },
  {
    id: "DATA-14",
    group,
    title: "TooBig comes at most ten times a second",
    level: "must",
    section: Section.ports,
    async run(bench) {
      const { near } = await bench.cross();
      const { link, port, token } = near;
      const start = performance.now();
      for (let burst = 0; burst < TOO_BIG_BURSTS; burst += 1) {
        for (let index = 0; index < TOO_BIG_BURST; index += 1) {
          const content = frameContent(port.mtu + 1 - FRAME_HEADER_OCTETS, index);
          link.sendRaw(datagramOf(link.token, [frameOf({ port: port.port, token, content })]));
        }
        await link.barrier();
      }
      const seconds = Math.ceil((performance.now() - start) / 1000);
      const said = link.envelopes.filter(({ tooBig }) => tooBig).length;
      const most = TOO_BIG_PER_SECOND * (seconds + 1);
      demand(
        said <= most,
        `at most ${most} TooBig for ${TOO_BIG_BURSTS} times ${TOO_BIG_BURST} frames at once`,
        `${said} came`,
      );
      demand(said > 0, "some TooBig", "none came");
    },
  },
  {
    id: "DATA-03",
    group,
    title: "a frame of exactly the port's MTU arrives whole",
    level: "must",
    section: Section.ports,
    async run(bench) {
      const { near, far } = await bench.cross();
      await expectExact(bench, near, far, numbered([near.port.mtu - FRAME_HEADER_OCTETS], 1));
      await expectExact(bench, far, near, numbered([far.port.mtu - FRAME_HEADER_OCTETS], 2));
    },
  },
  {
    id: "DATA-13",
    group,
    title: "a port that is up carries frames of 1,256 octets at least",
    level: "must",
    section: Section.ports,
    async run(bench) {
      const { near } = await bench.cross();
      const { mtu, segmentMtu } = near.port;
      demand(mtu >= LEAST_MTU, `an mtu of ${LEAST_MTU} at least`, `mtu ${mtu}`);
      demand(segmentMtu <= mtu, "a segment_mtu that is no larger than mtu", `segment_mtu ${segmentMtu}, mtu ${mtu}`);
    },
  },
  {
    id: "DATA-04",
    group,
    title: "label stacks of 1 to 8 entries, TTLs and tokens cross untouched; only the port is stamped",
    level: "must",
    section: Section.datagrams,
    async run(bench) {
      const { near, far } = await bench.cross();
      const stacks = Array.from({ length: 8 }, (_, index) => labelled(index + 1));
      for (const frame of await deliver(bench, near, far, stacks)) {
        const { type, flags, port, token, content } = frame;
        demand(type === FRAME_DATA && flags === 0, "type 0x10 and no flags", `type ${type}, flags ${flags}`);
        demand(port === far.port.port, `port ${far.port.port}, the receiving link's own`, `port ${port}`);
        const isSameToken = token.high === near.token.high && token.low === near.token.low;
        demand(isSameToken, "the token as it was sent", JSON.stringify(token));
        const isSent = stacks.some((stack) => sameOctets(stack, content));
        demand(isSent, "label stack and payload as they were sent", "a content that was not sent");
      }
    },
  },
  {
    id: "DATA-10",
    group,
    title: "contents that look like something else are contents",
    level: "must",
    section: Section.datagrams,
    async run(bench) {
      const { near, far } = await bench.cross();
      const inner = frameOf({ type: 0x30, content: new Uint8Array(80).fill(1) });
      const disguises = [
        new Uint8Array(200).fill(0xff),
        new Uint8Array(201),
        frameOf({ type: 0x20, flags: 1, content: new Uint8Array(80) }),
        Uint8Array.from([...inner, ...inner]),
        new Uint8Array(203).fill(0x7e),
        new Uint8Array(204).fill(0x0a),
      ];
      for (const content of disguises) await expectExact(bench, near, far, [content]);
    },
  },
  {
    id: "DATA-08",
    group,
    title: "a data frame with flags that have no meaning yet still arrives, and with its flags",
    level: "must",
    section: Section.datagrams,
    async run(bench) {
      const { near, far } = await bench.cross();
      const content = frameContent(100, 7);
      const { flags } = await far.link.until(
        () => {
          near.link.send(frameOf({ flags: 0x80, port: near.port.port, token: near.token, content }));
          near.link.flush();
          return far.link.frames.find((frame) => indexOf(frame.content) === 7);
        },
        "a frame with flags 0x80",
        1500,
      );
      demand(flags === 0x80, "flags 0x80 at the far side, as they were sent", `they are ${flags}`);
    },
  },
];

/** Delivers contents and compares every one that arrives with what was sent. */
async function expectExact(bench: Bench, from: Site, to: Site, sent: readonly Uint8Array[]): Promise<void> {
  for (const { content } of await deliver(bench, from, to, sent)) {
    const index = indexOf(content);
    const original = sent.find((one) => one.length === content.length && indexOf(one) === index);
    const lengths = sent.map((one) => one.length).join(", ");
    demand(original !== undefined, `contents of ${lengths} octets`, `one of ${content.length} octets`);
    demand(sameOctets(original, content), "the octets that were sent", `others in a content of ${content.length}`);
  }
}

/** Lengths of contents that the port takes, up to its MTU. */
function usefulSizes({ port }: Site): readonly number[] {
  const most = port.mtu - FRAME_HEADER_OCTETS;
  return [...new Set([...SIZES, most - 1, most])].filter((size) => size <= most);
}

function labelled(depth: number): Uint8Array {
  const content = new Uint8Array(depth * 4 + 60 + depth);
  const view = viewOf(content);
  for (let entry = 0; entry < depth; entry += 1)
    view.setUint32(
      entry * 4,
      packLabelStackEntry(16 + depth * 1000 + entry, entry & 7, entry === depth - 1, 255 - entry),
    );
  return content;
}

function arrivedText({ link }: Site): string {
  return `the far side got a frame of ${(link.frames[0]?.content.length ?? 0) + FRAME_HEADER_OCTETS} octets`;
}
