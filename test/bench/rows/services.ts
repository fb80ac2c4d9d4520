import { hashText, Service, type ServiceRecord } from "@flor/service";
import type { Figures, Row } from "./row.ts";

const PICKS = 2_000_000;
const WARM_UP = 200_000;
const KEYS = 4096;
const MANY_BACKENDS = 1000;
const MANY_SERVICES = 10_000;
const BUILDS = 7;
/** Of a microsecond. */
const NANOSECONDS = 1000;
const MIB = 2 ** 20;

/** The choice of a backend by table, and what tables cost to build and to keep. */
export const servicesRow: Row = {
  name: "services",
  only: ["flor"],
  measure: async (): Promise<Figures> => ({
    ...pickFigures(3),
    ...pickFigures(MANY_BACKENDS),
    ...buildFigures(),
    [`MiB, ${MANY_SERVICES} services of 3 in use`]: memoryMib(),
  }),
};

function pickFigures(backends: number): Figures {
  const service = serviceOf("db.team", backends);
  const keys = Array.from({ length: KEYS }, (_, n) => `192.0.2.${n} ${40_000 + n} 5432`);
  const pickMany = (count: number): void => {
    for (let n = 0; n < count; n += 1) service.peek(hashText(keys[n % KEYS]!, service.seed), n);
  };
  pickMany(WARM_UP);
  globalThis.gc?.();
  const heapBefore = process.memoryUsage().heapUsed;
  const before = process.cpuUsage();
  pickMany(PICKS);
  const ns = (process.cpuUsage(before).user * NANOSECONDS) / PICKS;
  const octets = Math.max(0, process.memoryUsage().heapUsed - heapBefore) / PICKS;
  return { [`CPU ns, look-up among ${backends}`]: ns, [`octets, look-up among ${backends}`]: octets };
}

/** Of builds by a node that has built before: the median. */
function buildFigures(): Figures {
  const builds = Array.from({ length: BUILDS }, () => {
    const records = recordsOf(MANY_BACKENDS);
    const service = new Service({ name: "db.team" });
    const before = process.cpuUsage();
    let longest = turnMs(() => service.apply(records, 0));
    while (service.nextTimeout() !== undefined)
      longest = Math.max(
        longest,
        turnMs(() => service.handleTimeout(0)),
      );
    return { cpu: process.cpuUsage(before).user / 1000, longest };
  });
  const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1]!;
  return {
    [`CPU ms to build a table of ${MANY_BACKENDS}`]: median(builds.map(({ cpu }) => cpu)),
    "CPU ms, its longest turn": median(builds.map(({ longest }) => longest)),
  };
}

function turnMs(turn: () => unknown): number {
  const before = process.cpuUsage();
  turn();
  return process.cpuUsage(before).user / 1000;
}

function memoryMib(): number {
  globalThis.gc?.();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  const services = Array.from({ length: MANY_SERVICES }, (_, n) => serviceOf(`s${n}.team`, 3));
  globalThis.gc?.();
  const after = process.memoryUsage();
  const octets = after.heapUsed + after.arrayBuffers - heapUsed - arrayBuffers;
  return services.length === 0 ? 0 : octets / MIB;
}

function serviceOf(name: string, backends: number): Service {
  const service = new Service({ name });
  service.apply(recordsOf(backends), 0);
  while (service.nextTimeout() !== undefined) service.handleTimeout(0);
  return service;
}

function recordsOf(backends: number): readonly ServiceRecord[] {
  return Array.from({ length: backends }, (_, n) => recordOf(n.toString(16).padStart(64, "0")));
}

function recordOf(publisher: string): ServiceRecord {
  const names = { service: "db", network: "team", publisher, zone: "", tags: [] };
  const numbers = { port: 5432, serial: 1, weight: 100, priority: 0, tableSize: 0, boundedLoad: 0 };
  const words = { protocol: "tcp", state: "up", affinity: "flow" } as const;
  return { ...names, ...numbers, ...words, wantsUser: false, wantsClient: false, isFallback: false };
}
