import type { ServiceRecord } from "@flor/service";
import { expect, test } from "vitest";
import { SERVICE_RECORDS_MAX, ServiceDirectory, SERVICES_IN_USE_MAX } from "./service-directory.ts";

const PUBLISHER = "a".repeat(64);

function recordOf(service: string, port = 1): ServiceRecord {
  const own = { service, network: "team", protocol: "tcp", port, publisher: PUBLISHER, serial: 1 } as const;
  const rest = { weight: 100, state: "up", zone: "", priority: 0, tags: [], tableSize: 0, affinity: "flow" } as const;
  return { ...own, ...rest, boundedLoad: 0, wantsUser: false, wantsClient: false, isFallback: false };
}

function directoryOf(more: { readonly inUseMax?: number } = {}): ServiceDirectory {
  const nameOf = (key: string): string => key.slice(0, 8);
  const directory = new ServiceDirectory({ ownKey: "own", reachOf: () => "alive", nameOf, ...more });
  directory.setRules({ networks: ["team"], zone: "", mayPublish: () => true }, 0);
  return directory;
}

test("131,072 records are known of all sources together, and what is beyond is counted", () => {
  const directory = directoryOf();
  const records = Array.from({ length: SERVICE_RECORDS_MAX }, (_, n) => recordOf(`s${n >> 8}`, 1 + (n & 0xff)));
  directory.set("registry", records.slice(1), 0);
  directory.set("own", [recordOf("mine")], 0);
  expect(directory.leftOut).toBe(0);
  directory.set("b", [recordOf("late"), recordOf("later")], 0);
  expect(directory.leftOut).toBe(2);
  expect(directory.lookup("late.team", "tcp", 0).state).toBe("unknown");
  // What a source takes back makes room.
  directory.set("own", [], 0);
  directory.set("b", [recordOf("late"), recordOf("later")], 0);
  expect(directory.leftOut).toBe(3);
  expect(directory.lookup("late.team", "tcp", 0).state).toBe("found");
});

test("tables of as many services are kept as may be, and one that nobody uses makes room for another", () => {
  expect(directoryOf().inUseMax).toBe(SERVICES_IN_USE_MAX);
  const directory = directoryOf({ inUseMax: 3 });
  const names = ["a", "b", "c", "d"];
  directory.set(
    "registry",
    names.map((name) => recordOf(name)),
    0,
  );
  const used = (): readonly string[] => names.filter((name) => directory.inUse(`${name}.team`) !== undefined);
  for (const name of ["a", "b", "c"]) directory.lookup(`${name}.team`, "tcp", 0);
  expect(used()).toEqual(["a", "b", "c"]);
  // The first has an open flow, so the second makes room.
  const service = directory.inUse("a.team")!;
  for (const backend of service.backends) service.handleOpening(backend);
  directory.lookup("d.team", "tcp", 0);
  expect(used()).toEqual(["a", "c", "d"]);
});
