import { encodeAdvertisement } from "@flor/wire";
import { describe, expect, it } from "vitest";
import { LinkStateDatabase, nodeKeyOf } from "./link-state.ts";
import { type OwnEdge, PathComputation } from "./paths.ts";

const key = (n: number): Uint8Array => new Uint8Array(32).fill(n);
const name = (n: number): string => nodeKeyOf(key(n));

interface Neighbour {
  to: number;
  label: number;
  mtu?: number;
  metric?: number;
  up?: boolean;
}

/** Adds what the other ends say, unless they say something else. */
function answered(nodes: Record<number, Neighbour[]>): Record<number, Neighbour[]> {
  const all = Object.fromEntries(Object.entries(nodes).map(([node, neighbours]) => [node, [...neighbours]]));
  for (const [node, neighbours] of Object.entries(nodes)) {
    for (const { to } of neighbours)
      if (all[to]?.every((back) => back.to !== Number(node))) all[to].push({ to: Number(node), label: 16 });
  }
  return all;
}

function databaseOf(nodes: Record<number, Neighbour[]>): LinkStateDatabase {
  const database = new LinkStateDatabase(
    () => true,
    () => true,
  );
  for (const [node, neighbours] of Object.entries(answered(nodes))) {
    const advertisement = encodeAdvertisement({
      origin: key(Number(node)),
      instance: new Uint8Array(16).fill(1),
      sequence: 1,
      deliveryLabel: 1000 + Number(node),
      adjacencies: neighbours.map(({ to, label, mtu = 1472, metric = 1, up = true }) => ({
        neighbour: key(to),
        label,
        mtu,
        segmentMtu: mtu,
        cost: metric,
        up,
      })),
    });
    database.offer({ advertisement, signature: new Uint8Array(64) }, "");
  }
  return database;
}

const own = (...neighbours: number[]): Map<string, OwnEdge> =>
  new Map(neighbours.map((n) => [name(n), { mtu: 1472, segmentMtu: 1472, metric: 1 }]));

describe("paths", () => {
  it("pushes the delivery label alone toward a neighbour", () => {
    const paths = new PathComputation(databaseOf({ 2: [] }), own(2));
    expect(paths.shortest(name(2))).toMatchObject({ firstHop: name(2), stack: [1002], payloadMtu: 1472 - 16 - 4 });
  });

  it("pushes the transit node's label above the delivery label", () => {
    const paths = new PathComputation(databaseOf({ 2: [{ to: 3, label: 77 }], 3: [] }), own(2));
    expect(paths.along([name(2), name(3)])).toMatchObject({ firstHop: name(2), stack: [77, 1003] });
  });

  it("takes the least of port MTU - header - remaining labels along the path", () => {
    const paths = new PathComputation(databaseOf({ 2: [{ to: 3, label: 77, mtu: 1400 }], 3: [] }), own(2));
    expect(paths.shortest(name(3))?.payloadMtu).toBe(1400 - 16 - 4);
  });

  it("has no path over an adjacency that is down, or through a node not heard of", () => {
    const paths = new PathComputation(databaseOf({ 2: [{ to: 3, label: 77, up: false }], 3: [] }), own(2));
    expect(paths.shortest(name(3))).toBeUndefined();
    expect(paths.along([name(2), name(3)])).toBeUndefined();
    expect(paths.shortest(name(9))).toBeUndefined();
  });

  it("has no path over an adjacency of which only one end tells", () => {
    const nodes = {
      2: [{ to: 4, label: 24 }],
      3: [{ to: 4, label: 34, metric: 9 }],
      4: [{ to: 2, label: 42, up: false }],
    };
    const paths = new PathComputation(databaseOf(nodes), own(2, 3));
    expect(paths.shortest(name(4))?.firstHop).toBe(name(3));
    expect(paths.along([name(2), name(4)])).toBeUndefined();
  });

  it("takes the way of least metric", () => {
    const database = databaseOf({
      2: [{ to: 4, label: 24, metric: 10 }],
      3: [{ to: 4, label: 34, metric: 1 }],
      4: [],
    });
    expect(new PathComputation(database, own(2, 3)).shortest(name(4))?.firstHop).toBe(name(3));
  });

  it("never pushes more than sixteen labels", () => {
    const chain: Record<number, Neighbour[]> = {};
    for (let n = 2; n < 20; n += 1) chain[n] = [{ to: n + 1, label: 100 + n }];
    chain[20] = [];
    const paths = new PathComputation(databaseOf(chain), own(2));
    expect(paths.shortest(name(17))?.stack).toHaveLength(16);
    expect(paths.shortest(name(18))).toBeUndefined();
  });
});

describe("link state", () => {
  const nobody = { instance: new Uint8Array(16), sequence: 1 };
  const offer = (database: LinkStateDatabase, sequence: number, instance: number, sentBy = ""): string =>
    database.offer(
      {
        advertisement: encodeAdvertisement({ origin: key(2), instance: new Uint8Array(16).fill(instance), sequence }),
        signature: new Uint8Array(64),
      },
      sentBy,
    ).outcome;

  it("keeps the newest advertisement of an origin", () => {
    const database = new LinkStateDatabase(
      () => true,
      () => true,
    );
    expect(offer(database, 5, 1)).toBe("fresh");
    expect(offer(database, 5, 1)).toBe("known");
    expect(offer(database, 4, 2)).toBe("known");
    expect(offer(database, 6, 2)).toBe("fresh");
  });

  it("believes an origin that started anew with an older clock, when it says so itself", () => {
    const database = new LinkStateDatabase(
      () => true,
      () => true,
    );
    offer(database, 5, 1);
    expect(offer(database, 4, 2, name(2))).toBe("fresh");
  });

  it("keeps nothing of origins that are of no use, however many are made up", () => {
    const database = new LinkStateDatabase(
      () => true,
      (origin) => origin === name(3),
    );
    expect(offer(database, 1, 1)).toBe("of-no-use");
    expect([...database.entries()]).toEqual([]);
  });

  it("refuses labels that are none, and leaves out adjacencies that bear one", () => {
    const database = databaseOf({
      3: [
        { to: 4, label: 0x10_0000 },
        { to: 5, label: 0xf_ffff },
      ],
    });
    expect(database.get(name(3))?.edges.map(({ label }) => label)).toEqual([0xf_ffff]);
    const advertisement = encodeAdvertisement({ ...nobody, origin: key(6), deliveryLabel: 0x10_0000 });
    expect(database.offer({ advertisement, signature: new Uint8Array(64) }, "").outcome).toBe("malformed");
  });

  it("refuses what its origin did not sign, and what is not an advertisement", () => {
    const database = new LinkStateDatabase(
      () => false,
      () => true,
    );
    expect(offer(database, 1, 1)).toBe("bad-signature");
    expect(database.offer({ advertisement: new Uint8Array([0xff]), signature: new Uint8Array(64) }, "").outcome).toBe(
      "malformed",
    );
    expect(database.offer({}, "").outcome).toBe("malformed");
  });
});
