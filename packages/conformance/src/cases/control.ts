import { encodeEnvelope, type Envelope } from "@flor/wire";
import type { Bench } from "../bench.ts";
import type { ConformanceCase } from "../conformance-case.ts";
import { Section } from "../contract.ts";
import { expectCrosses } from "../expect-crosses.ts";
import { controlDatagram, readEnvelopes } from "../datagram.ts";
import { demand } from "../finding.ts";
import { exitText } from "../link-child.ts";
import { residentOctets } from "../proc.ts";
import type { TestedLink } from "../tested-link.ts";
import { encodeWithUnknownFields } from "../unknown-fields.ts";

const group = "control";
const PROMPT_MS = 100;
const RETURN_MS = 30_000;
const FUZZ_DATAGRAMS = 5000;
const FUZZ_BURST = 50;
const FUZZ_GROWTH_MAX_OCTETS = 64 * 1024 * 1024;
/** Numbers of the kit's own messages: above those of the node's end. */
const OWN_SEQ = 5_000_000;

/** Control messages. */
export const controlCases: readonly ConformanceCase[] = [
  {
    id: "CTRL-05",
    group,
    title: "a Ping is answered with its id",
    level: "must",
    section: Section.liveness,
    async run(bench) {
      const link = await bench.startReady();
      await link.barrier(1000);
    },
  },
  {
    id: "CTRL-09",
    group,
    title: "a Ping of an idle session is answered within 100 ms",
    level: "should",
    section: Section.liveness,
    async run(bench) {
      const link = await bench.startReady();
      const times: number[] = [];
      for (let round = 0; round < 20; round += 1) times.push(await link.barrier());
      const median = times.toSorted((a, b) => a - b)[10] ?? 0;
      const mostMs = PROMPT_MS * link.patience;
      demand(median <= mostMs, `a Pong within ${mostMs} ms`, `the median is ${median.toFixed(1)} ms`);
      return `median ${median.toFixed(2)} ms`;
    },
  },
  {
    id: "CTRL-01",
    group,
    title: "a message that comes again is acknowledged again and changes nothing",
    level: "must",
    section: Section.control,
    async run(bench) {
      const crossing = await bench.cross();
      const { link } = crossing.near;
      let neighbours: Uint8Array | undefined;
      link.outbound = (datagram) => {
        if (readEnvelopes(datagram).some((envelope) => envelope.neighbours)) neighbours = datagram;
        return datagram;
      };
      link.setNeighbours(link.neighbours);
      const sent = await link.until(() => neighbours, "Neighbours to be sent");
      const seq = readEnvelopes(sent)[0]?.seq ?? 0;
      const acks = (): number => link.envelopes.filter((envelope) => envelope.ack === seq).length;
      await link.until(() => acks() > 0, `an Envelope with ack ${seq}`, 2000);
      const before = acks();
      for (let copy = 0; copy < 3; copy += 1) link.sendRaw(sent);
      await link.until(
        () => acks() >= before + 3,
        "an ack for each copy",
        2000,
        () => `${acks() - before} came`,
      );
      await expectCrosses(bench, crossing, 1);
    },
  },
  {
    id: "CTRL-02",
    group,
    title: "Neighbours of an older generation, come late, change nothing",
    level: "must",
    section: Section.control,
    async run(bench) {
      const crossing = await bench.cross();
      const { link } = crossing.near;
      for (let round = 0; round < 3; round += 1) link.setNeighbours(link.neighbours);
      await link.barrier();
      link.tell({ seq: OWN_SEQ, neighbours: { generation: 1, neighbours: [] } });
      await link.until(() => link.envelopes.some((envelope) => envelope.ack === OWN_SEQ), `ack ${OWN_SEQ}`, 2000);
      await expectCrosses(bench, crossing, 1);
    },
  },
  {
    id: "CTRL-03",
    group,
    title: "a neighbour that is not in the list any more loses its port, and gets one when it comes back",
    level: "must",
    section: Section.ports,
    async run(bench) {
      const crossing = await bench.cross();
      const { link } = crossing.near;
      const [kept] = link.neighbours;
      link.setNeighbours([]);
      await link.until(
        () => !link.ports.some((port) => port.key === kept?.key && port.up),
        `Ports without "${kept?.key}", or with it down`,
        3000,
        () => `the ports stayed ${JSON.stringify(link.ports)}`,
      );
      link.setNeighbours(kept === undefined ? [] : [kept]);
      await link.portWith((port) => port.key === kept?.key && port.up, `the port "${kept?.key}" again`, RETURN_MS);
      await expectCrosses(bench, crossing, 1);
    },
  },
  {
    id: "CTRL-04",
    group,
    title: "a message of a later version is acknowledged when it asks for that, and harmless when not",
    level: "must",
    section: Section.control,
    async run(bench) {
      const link = await bench.startReady();
      const unknown = [0xba, 0x06, 0x02, 0x08, 0x01];
      link.tell(Uint8Array.from([...encodeEnvelope({}), ...unknown]));
      link.tell(Uint8Array.from([...encodeEnvelope({ seq: OWN_SEQ }), ...unknown]));
      await expectRefusal(link, OWN_SEQ, "unimplemented");
      await link.barrier();
    },
  },
  {
    id: "CTRL-06",
    group,
    title: "Ports is repeated until it is acknowledged",
    level: "must",
    section: Section.control,
    async run(bench) {
      const crossing = await bench.cross();
      const { link } = crossing.near;
      const lists = new Map<number, number>();
      link.inbound = (datagram) => {
        for (const { seq, ports } of readEnvelopes(datagram)) if (ports) count(lists, seq ?? 0);
        return readEnvelopes(datagram).some(({ ports }) => ports) ? undefined : datagram;
      };
      // Changes the list. It stays so: a link may take two changes that come together for none.
      link.setNeighbours([]);
      await link.until(
        () => [...lists.values()].some((copies) => copies >= 3),
        "three copies of Ports with one seq",
        4000,
        () => `copies by seq: ${JSON.stringify([...lists])}`,
      );
    },
  },
  {
    id: "CTRL-07",
    group,
    title: `${FUZZ_DATAGRAMS} control messages with flipped bits neither end the link nor make it grow`,
    level: "must",
    section: Section.control,
    async run(bench) {
      const link = await bench.startReady();
      const seeds = fuzzSeeds().map((message) => controlDatagram(link.token, message));
      await link.barrier();
      const before = residentOctets(link.child.pid);
      for (let sent = 0; sent < FUZZ_DATAGRAMS; sent += FUZZ_BURST) {
        for (let burst = 0; burst < FUZZ_BURST; burst += 1) link.sendRaw(mutated(bench, seeds));
        await link.barrier(5000);
      }
      const growth = residentOctets(link.child.pid) - before;
      const most = FUZZ_GROWTH_MAX_OCTETS;
      demand(growth <= most, `growth of ${most} octets at most`, `the process grew by ${growth}`);
    },
  },
  {
    id: "CTRL-08",
    group,
    title: "unknown fields inside known messages are ignored",
    level: "must",
    section: Section.control,
    async run(bench) {
      const link = await bench.startReady();
      link.tell(encodeWithUnknownFields({ ping: { id: 77 } }));
      await link.until(() => link.envelopes.some(({ pong }) => pong?.id === 77), "a Pong with id 77", 2000);
      const neighbours = { generation: 4_000_000, neighbours: [] };
      link.tell(encodeWithUnknownFields({ seq: OWN_SEQ, neighbours }));
      await link.until(() => link.envelopes.some(({ ack }) => ack === OWN_SEQ), `ack ${OWN_SEQ}`, 2000);
      await link.barrier();
    },
  },
  {
    id: "CTRL-11",
    group,
    title: "a list that breaks a bound is acknowledged, refused as malformed, and changes nothing",
    level: "must",
    section: Section.control,
    async run(bench) {
      const crossing = await bench.cross();
      const { link } = crossing.near;
      const one = { key: "twice", address: "", token: new Uint8Array(0), port: 0, peer: "" };
      const many = Array.from({ length: 1025 }, (_, index) => ({ ...one, key: `k${index}` }));
      const wrong = [[one, one], [{ ...one, key: "" }], [{ ...one, token: new Uint8Array(5) }], many];
      for (const [index, neighbours] of wrong.entries()) {
        const seq = OWN_SEQ + index;
        link.tell({ seq, neighbours: { generation: OWN_SEQ + index, neighbours } });
        await expectRefusal(link, seq, "malformed");
      }
      await expectCrosses(bench, crossing, 1);
    },
  },
  {
    id: "CTRL-10",
    group,
    title: "Drain and Bye end the process within 2 s, with 0",
    level: "must",
    section: Section.end,
    async run(bench) {
      const link = await bench.startReady();
      link.tell({ drain: { deadlineMs: 200 } });
      await link.barrier();
      link.tell({ bye: { reason: "the case is over" } });
      const exit = await link.untilExit("an end after Bye", 2000);
      demand(exit.code === 0, "exit code 0", `the process ${exitText(exit)}; ${link.said}`);
    },
  },
];

async function expectRefusal(link: TestedLink, seq: number, code: string): Promise<void> {
  await link.until(() => link.envelopes.some(({ ack }) => ack === seq), `an Envelope with ack ${seq}`, 2000);
  await link.until(
    () => link.envelopes.some(({ error }) => error?.ofSeq === seq && error.code === code),
    `Error of seq ${seq} with code "${code}"`,
    1000,
  );
}

function fuzzSeeds(): readonly Envelope[] {
  const neighbour = { key: "far", address: "127.0.0.1:9", token: new Uint8Array(8).fill(7), port: 3, peer: "p" };
  return [
    { ping: { id: 3, sentDatagrams: 0 } },
    { seq: OWN_SEQ + 1, neighbours: { generation: 1, neighbours: [neighbour, { ...neighbour, key: "other" }] } },
    { credit: { receivedDatagrams: 1, limitDatagrams: 100, limitOctets: 100_000 } },
    { ack: 12 },
    { tooBig: { port: 1, mtu: 1000, octets: 2000 } },
    { error: { code: "x", text: "y" } },
    { pong: { id: 1, counters: [{ name: "a", value: 5 }] } },
  ];
}

/** A datagram with a few octets of its control message changed, or cut. */
function mutated(bench: Bench, seeds: readonly Uint8Array[]): Uint8Array {
  const { random } = bench;
  const datagram = (seeds[random.nextWord() % seeds.length] ?? new Uint8Array(24)).slice();
  const first = 8 + 16;
  for (let hits = 1 + (random.nextWord() % 3); hits > 0; hits -= 1) {
    // The first octet says which message it is.
    const at = first + 1 + (random.nextWord() % Math.max(1, datagram.length - first - 1));
    if (at < datagram.length) datagram[at] = random.nextWord() & 0xff;
  }
  if (mayBeFarewell(datagram.subarray(first))) return mutated(bench, seeds);
  return random.chance(0.1) ? datagram.subarray(0, first + (random.nextWord() % (datagram.length - first))) : datagram;
}

/**
 * Whether a lenient decoder may read Bye (field 24) or Drain (23) somewhere, of whatever wire type: these end a link, and
 * rightly so.
 */
function mayBeFarewell(message: Uint8Array): boolean {
  return message.some((octet, at) => {
    const field = (octet & 0x7f) >> 3; // its low 4 bits; the octet behind it has the rest
    return octet > 0x7f && (field === 7 || field === 8) && ((message[at + 1] ?? 0) & 0x7f) === 1;
  });
}

function count(counts: Map<number, number>, key: number): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
