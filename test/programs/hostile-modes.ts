/** What a hostile link does, a millisecond at a time. */
import { randomBytes } from "node:crypto";
import { writeSync } from "node:fs";
import { BUNDLE_MAX_OCTETS, LABEL_GAL, packLabelStackEntry, type Envelope } from "@flor/wire";
import type { HostileLink } from "./hostile-link.ts";

/** One way to misbehave. */
export interface HostileMode {
  /** Once; it may take until `until`. */
  start?(link: HostileLink, until: number): void;
  /** Each millisecond. */
  tick?(link: HostileLink): void;
}

const PER_TICK = 100;
const STDOUT = 1;
const LOG_OCTETS_MAX = 100_000_000;
const LOG_OCTETS_PER_TICK = 262_144;

const entry = (label: number): Uint8Array => {
  const octets = new Uint8Array(4);
  new DataView(octets.buffer).setUint32(0, packLabelStackEntry(label, 0, true, 64));
  return octets;
};
const joined = (...parts: readonly Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(parts));
const times = <Item>(count: number, make: (index: number) => Item): Item[] =>
  Array.from({ length: count }, (_, i) => make(i));
const rubbish = (octets: number): Uint8Array => new Uint8Array(randomBytes(octets));

/** A neighbour's packet that wants admission: the envelope names a listed node, the rest is rubbish. */
const forged = (octets: number): Uint8Array => joined(entry(LABEL_GAL), Uint8Array.of(1, 1, 0, 0), rubbish(octets));

let counter = 0;
let logged = 0;

function log(text: Buffer): void {
  if (logged > LOG_OCTETS_MAX) return;
  logged += writeSync(STDOUT, text);
}

const everyKind: readonly Envelope[] = [
  { ping: { id: 1, sentDatagrams: 0, sentOctets: 0 } },
  { seq: 1, ports: { generation: 0, ports: [] } },
  { drain: { deadlineMs: 1 } },
  { error: { ofSeq: 1, code: "nonsense", text: "nonsense" } },
  { seq: 2 },
  { hello: { versions: [1], nonce: new Uint8Array(32) } },
  { pong: { id: 0, counters: times(64, (index) => ({ name: `counter ${index}`, value: index })) } },
];

/** By name. */
export const modes: Readonly<Record<string, HostileMode>> = {
  honest: {},
  "garbage frames in bundles": {
    tick: (link) => link.sendFrames(...times(PER_TICK, () => link.frame(rubbish(40), 1, rubbish(8)))),
  },
  "garbage frames one by one": {
    tick(link) {
      const frame = link.frame(rubbish(40), 1, rubbish(8));
      for (let count = 0; count < PER_TICK; count += 1) link.sendFrames(frame);
    },
  },
  "empty frames in the largest bundles": {
    tick(link) {
      const empty = link.frame(entry(LABEL_GAL));
      link.sendFrames(...times(Math.floor((BUNDLE_MAX_OCTETS - 8) / empty.length), () => empty));
    },
  },
  "unknown ports": {
    tick: (link) => link.sendFrames(...times(PER_TICK, (index) => link.frame(entry(99), 1000 + index))),
  },
  "unknown labels": {
    tick: (link) => link.sendFrames(...times(PER_TICK, () => link.frame(joined(entry(500_000), rubbish(20))))),
  },
  "packets of no connection": {
    tick(link) {
      const packet = joined(entry(LABEL_GAL), Uint8Array.of(0x40), rubbish(40));
      link.sendFrames(...times(PER_TICK, () => link.frame(packet, 1, new Uint8Array(8))));
    },
  },
  "forged admissions": {
    tick: (link) => link.sendFrames(...times(20, () => link.frame(forged(1200), 1, new Uint8Array(8)))),
  },
  "wrong lengths": {
    tick(link) {
      const frame = link.frame(rubbish(100));
      new DataView(frame.buffer).setUint16(2, 65_535);
      for (let count = 0; count < PER_TICK / 4; count += 1) {
        link.sendFrames(frame);
        link.sendFrames(frame.subarray(0, count % 16));
        link.sendRaw(rubbish(count % 8));
        link.sendFrames(link.frame(new Uint8Array(0)), frame);
      }
    },
  },
  "wrong session tokens": {
    tick(link) {
      for (let count = 0; count < PER_TICK; count += 1) link.sendRaw(rubbish(8), link.frame(rubbish(40)));
    },
  },
  "hellos of strangers": {
    tick(link) {
      const hello = link.frame(rubbish(60));
      hello[0] = 0x20;
      for (let count = 0; count < PER_TICK; count += 1) link.sendRaw(new Uint8Array(8), hello);
    },
  },
  "frames without credit": {
    tick(link) {
      const frame = link.frame(joined(entry(500_000), new Uint8Array(16_000)));
      for (let count = 0; count < 10; count += 1) link.sendFrames(frame, frame, frame);
      link.sendControl({ ping: { id: 1, sentDatagrams: (counter += 10), sentOctets: counter * 48_000 } });
    },
  },
  "no credit granted": {
    start(link) {
      link.isMuzzled = true;
    },
    tick(link) {
      if ((counter += 1) % 500 === 0) link.sendControl({ ping: { id: 1, sentDatagrams: 0, sentOctets: 0 } });
    },
  },
  "endless credit, and nothing read": {
    start(link, until) {
      link.sendControl({ credit: { limitDatagrams: 2 ** 52, limitOctets: 2 ** 52 } });
      sleepSaying(link, until);
    },
  },
  "nothing read": { start: sleepSaying },
  "ports that come and go": {
    tick(link) {
      link.announce(...((counter += 1) % 2 === 0 ? [] : [{}]));
    },
  },
  "new ports all the time": {
    tick(link) {
      link.announce(...times(200, (index) => ({ port: index + 1, key: `10.0.0.${index}:${(counter += 1)}` })));
    },
  },
  "two thousand ports": {
    tick(link) {
      // In one message, past the end that would refuse to send so many.
      if ((counter += 1) % 5 === 0)
        link.sendControl({ ports: { generation: counter, ports: times(2000, (index) => ({ port: index + 1 })) } });
    },
  },
  "ports with huge names": {
    tick: (link) => link.announce({ key: "k".repeat(20_000), address: "a".repeat(10_000) }),
  },
  "an MTU that is not kept": {
    start(link) {
      link.announce({ mtu: 16_384, segmentMtu: 16_384 });
      link.carriedOctets = 500;
    },
  },
  "an MTU of one": { tick: (link) => link.announce({ mtu: 1, segmentMtu: 1 }) },
  "an MTU that changes": {
    tick(link) {
      const mtu = 1400 + ((counter += 1) % 10_000);
      link.announce({ mtu, segmentMtu: mtu });
    },
  },
  "endless reports of too big frames": {
    tick: (link) =>
      link.sendControl(
        ...times(PER_TICK, (index) => ({ tooBig: { port: 1, mtu: 1471 - (index % 300), octets: 1472 } })),
      ),
  },
  "endless control messages": {
    tick: (link) => link.sendControl(...times(PER_TICK, (index) => everyKind[index % everyKind.length] ?? {})),
  },
  "huge control messages": {
    tick: (link) => link.sendControl({ error: { ofSeq: 1, code: "c".repeat(15_000), text: "\u001b[2J".repeat(4000) } }),
  },
  "100 MB of short log lines": {
    start: () => void (logged = 0),
    tick: () => log(Buffer.alloc(LOG_OCTETS_PER_TICK, "a line of the log\n")),
  },
  "100 MB of structured log lines": {
    start: () => void (logged = 0),
    tick: () =>
      log(Buffer.from(`${JSON.stringify({ level: "info", msg: "m".repeat(2000), f: "f".repeat(9000) })}\n`.repeat(20))),
  },
  "a log line of 100 MB": {
    start: () => void (logged = 0),
    tick: () => log(Buffer.alloc(LOG_OCTETS_PER_TICK, "x")),
  },
};

/** Reads nothing until then, and is not silent. */
function sleepSaying(link: HostileLink, until: number): void {
  const never = new Int32Array(new SharedArrayBuffer(4));
  while (performance.now() < until) {
    link.sendControl({ ping: { id: 1, sentDatagrams: 0, sentOctets: 0 } });
    Atomics.wait(never, 0, 0, 100);
  }
}
