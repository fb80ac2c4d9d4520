/** What one neighbour or one advertisement may bring, below, at and above each bound. */
import { encodeAdvertisement } from "@flor/wire";
import { describe, expect, it } from "vitest";
import { LinkStateDatabase } from "./database.ts";
import {
  ADVERTISED_SERVICES_MAX,
  ADVERTISED_SERVICES_MAX_OCTETS,
  ADVERTISEMENT_MAX_OCTETS,
  type LinkStateEntry,
  parseEntry,
} from "./entry.ts";
import { FLOODED_NEIGHBOURS_MAX, floodedAmong } from "./flooded-neighbours.ts";
import { entryOf, EVERYBODY, keyOf, nodeKey } from "./layer.testing.ts";
import { NeighbourSync, PENDING_MAX_OCTETS } from "./neighbour-sync.ts";
import { HELD_MAX, PathChoice } from "./path-choice.ts";
import { EQUAL_PATHS_MAX, type Path, Paths } from "./paths.ts";

function withServices(...services: Uint8Array[]): LinkStateEntry | undefined {
  const own = { origin: keyOf(1), instance: new Uint8Array(16), sequence: 1, lifetime: 3600 };
  return parseEntry({ advertisement: encodeAdvertisement({ ...own, services }), signature: new Uint8Array(64) });
}

const counts = (entry: LinkStateEntry | undefined): readonly (number | undefined)[] => [
  entry?.services.length,
  entry?.servicesLeftOut,
];

describe("an advertisement", () => {
  it("of 60 KiB is read, and one octet more is malformed", () => {
    const empty = encodeAdvertisement({ origin: keyOf(1), instance: new Uint8Array(16), services: [] }).length;
    // Tag, and a length of three octets.
    const octetsOf = (octets: number): LinkStateEntry | undefined => {
      const services = [new Uint8Array(octets - empty - 4)];
      const advertisement = encodeAdvertisement({ origin: keyOf(1), instance: new Uint8Array(16), services });
      expect(advertisement).toHaveLength(octets);
      return parseEntry({ advertisement, signature: new Uint8Array(64) });
    };
    expect(octetsOf(ADVERTISEMENT_MAX_OCTETS)).toBeDefined();
    expect(octetsOf(ADVERTISEMENT_MAX_OCTETS + 1)).toBeUndefined();
  });

  it("brings 64 records of services, and what is beyond is counted", () => {
    const records = Array.from({ length: ADVERTISED_SERVICES_MAX + 1 }, () => new Uint8Array(10));
    expect(counts(withServices(...records.slice(1)))).toEqual([ADVERTISED_SERVICES_MAX, 0]);
    expect(counts(withServices(...records))).toEqual([ADVERTISED_SERVICES_MAX, 1]);
  });

  it("brings 16 KiB of them, and what is beyond is counted", () => {
    const half = new Uint8Array(ADVERTISED_SERVICES_MAX_OCTETS / 2);
    expect(counts(withServices(half, half))).toEqual([2, 0]);
    expect(counts(withServices(half, new Uint8Array(half.length + 1)))).toEqual([1, 1]);
  });
});

describe("a neighbour", () => {
  it("is not read from while a mebibyte of its advertisements waits", () => {
    const sync = new NeighbourSync("a");
    const entry = entryOf(1, []);
    const keep = (n: number, octets: number): void =>
      sync.keep({
        ...entry,
        origin: nodeKey(n),
        signed: { advertisement: new Uint8Array(octets), signature: new Uint8Array(64) },
      });
    keep(1, PENDING_MAX_OCTETS - 1);
    expect(sync.canTake(0)).toBe(true);
    keep(2, 1);
    expect(sync.canTake(0)).toBe(false);
    sync.takePending();
    expect(sync.canTake(0)).toBe(true);
  });

  it("hears of changes at once when it is one of 32, and of more the others are told names", () => {
    const keys = Array.from({ length: FLOODED_NEIGHBOURS_MAX + 1 }, (_, n) => nodeKey(n + 1));
    expect(floodedAmong("own", keys.slice(1)).size).toBe(FLOODED_NEIGHBOURS_MAX);
    expect(floodedAmong("own", keys).size).toBe(FLOODED_NEIGHBOURS_MAX);
  });
});

describe("paths to one destination", () => {
  /** One path over each of this many neighbours, all of the same cost. */
  function pathsOver(neighbours: number): readonly Path[] {
    const database = new LinkStateDatabase(EVERYBODY);
    const [own, far] = [0, 1000];
    const between = Array.from({ length: neighbours }, (_, n) => n + 1);
    for (const n of between) database.store(entryOf(n, [{ to: own }, { to: far }]), 0);
    database.store(
      entryOf(
        far,
        between.map((to) => ({ to })),
      ),
      0,
    );
    const paths = new Paths({ ownKey: nodeKey(own), database, payloadMin: 1232 });
    paths.update(new Map(between.map((n) => [nodeKey(n), { mtu: 16_384, segmentMtu: 1472, cost: 1 }])));
    return paths.to(nodeKey(far));
  }

  it("are looked at when they are equally cheap, eight of them", () => {
    expect(pathsOver(EQUAL_PATHS_MAX - 1)).toHaveLength(EQUAL_PATHS_MAX - 1);
    expect(pathsOver(EQUAL_PATHS_MAX)).toHaveLength(EQUAL_PATHS_MAX);
    expect(pathsOver(EQUAL_PATHS_MAX + 1)).toHaveLength(EQUAL_PATHS_MAX);
  });

  it("are remembered as dead, sixteen of them, and of more the oldest is forgotten", () => {
    const path = (hop: string): Path => ({
      firstHop: hop,
      stack: [16, 17],
      payloadMtu: 1400,
      unsegmentedPayloadMtu: 1400,
      hops: [hop, "z"],
      cost: 1,
    });
    const dead = Array.from({ length: HELD_MAX + 1 }, (_, n) => path(`${n}`));
    const choice = new PathChoice("s");
    for (const one of dead.slice(0, -1)) choice.handleDead(one, 0);
    expect(choice.avoided(1)).toEqual(dead.slice(0, -1));
    choice.handleDead(dead.at(-1)!, 0);
    expect(choice.avoided(1)).toEqual(dead.slice(1));
  });
});
