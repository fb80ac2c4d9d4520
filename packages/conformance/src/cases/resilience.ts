import { carry, numbered } from "../carry.ts";
import type { ConformanceCase } from "../conformance-case.ts";
import { Section } from "../contract.ts";
import { untilCrosses } from "../expect-crosses.ts";
import { type Crossing, untilBothUp } from "../crossing.ts";
import { crossOverRelay } from "../cross-over-relay.ts";
import { demand, Finding } from "../finding.ts";
import { exitText } from "../link-child.ts";
import { processorSeconds } from "../proc.ts";

const group = "resilience";
const EXIT_TEMPORARY = 75;
/** Silence of 5 s is death; 3 s more for a busy machine. */
const SILENCE_MS = 8000;
const RETURN_MS = 10_000;
const BLACKOUT_MS = 3000;
const IDLE_SHARE_MAX = 0.5;

/** Ends, returns and bad paths. */
export const resilienceCases: readonly ConformanceCase[] = [
  {
    id: "RESI-01",
    group,
    title: "a neighbour whose link was killed returns under the same key, and frames cross again",
    level: "must",
    section: Section.ports,
    async run(bench) {
      const { near, far } = await bench.cross();
      await far.link.close();
      const returned = await bench.startReady({}, "far");
      returned.setNeighbours(far.link.neighbours);
      const again: Crossing = { near, far: siteLike(far, returned), relay: undefined };
      await untilBothUp([again.near, again.far]);
      await untilCrosses(bench, again);
    },
  },
  {
    id: "RESI-02",
    group,
    title: "a second run of the link announces the same keys",
    level: "must",
    section: Section.ports,
    async run(bench) {
      const { near } = await bench.cross();
      const key = near.port.key;
      const { neighbours } = near.link;
      await near.link.close();
      const again = await bench.startReady({}, "near");
      again.setNeighbours(neighbours);
      await again.portWith((port) => port.key === key, `a port with the key "${key}"`, RETURN_MS);
    },
  },
  {
    id: "RESI-04",
    group,
    title: "a path that is cut for 3 s and heals carries frames again, and the link rests meanwhile",
    level: "must",
    section: Section.ports,
    async run(bench) {
      const crossing = await crossOverRelay(bench);
      const { relay } = crossing;
      const { pid } = crossing.near.link.child;
      relay?.change({ loss: 1 });
      const before = processorSeconds(pid);
      const start = performance.now();
      while (performance.now() - start < BLACKOUT_MS) {
        await carry(crossing.near, crossing.far, numbered([300], 1), { isLossy: true });
        await crossing.near.link.barrier();
      }
      const share = ((processorSeconds(pid) - before) * 1000) / (performance.now() - start);
      demand(share <= IDLE_SHARE_MAX, `at most ${IDLE_SHARE_MAX} of a processor`, `the link used ${share.toFixed(2)}`);
      relay?.change(bench.options.impairments ?? {});
      await untilCrosses(bench, crossing);
    },
  },
  {
    id: "RESI-05",
    group,
    title: "a path with loss, duplication and reordering delivers whole frames or none",
    level: "must",
    section: Section.datagrams,
    async run(bench) {
      const crossing = await crossOverRelay(bench);
      crossing.relay?.change({ loss: 0.1, duplicate: 0.05, reorder: 0.1, delayMs: 5 });
      const lengths = Array.from({ length: 200 }, (_, index) => 50 + index * 5);
      const sent = numbered(lengths, 1);
      for (const { content } of await carry(crossing.near, crossing.far, sent, { isLossy: true })) {
        const isSent = sent.some((one) => Buffer.compare(one, content) === 0);
        demand(isSent, "frames as they were sent", `a content of ${content.length} octets that was not`);
      }
      crossing.relay?.change(bench.options.impairments ?? {});
      await untilCrosses(bench, crossing);
    },
  },
  {
    id: "RESI-06",
    group,
    title: "a node that is silent for 5 s is dead: the link ends with 75",
    level: "must",
    section: Section.liveness,
    async run(bench) {
      const link = await bench.startReady();
      await link.barrier();
      link.outbound = () => undefined;
      const exit = await link.untilExit("an end after 5 s of silence", SILENCE_MS);
      demand(exit.code === EXIT_TEMPORARY, "exit code 75", `the process ${exitText(exit)}; ${link.said}`);
    },
  },
];

function siteLike(site: Crossing["far"], link: Crossing["far"]["link"]): Crossing["far"] {
  return {
    name: site.name,
    token: site.token,
    link,
    get port() {
      const port = link.ports.find(({ key }) => key === "near");
      if (port === undefined) throw new Finding('the port "near"', `the ports are ${JSON.stringify(link.ports)}`);
      return port;
    },
  };
}
