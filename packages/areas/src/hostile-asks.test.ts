/** Who asks for what it may not have: in another's name, by nobody's leave, in circles, too often, or in a form that there is not. */
import { keyOf } from "@flor/testkit/made-keys";
import type { AreaMessage } from "@flor/wire";
import { expect, test } from "vitest";
import type { AreaSettings } from "./area-settings.ts";
import { ASKS_AT_ONCE } from "./areas.ts";
import { type Ask, encodeAsk } from "./ask.ts";
import { CROSSINGS_PER_HOST_MAX } from "./crossings.ts";
import { hexKey, type MadeNetwork, type MadeNode, MadeLayer, type Staged, staged } from "./layer.testing.ts";
import { ANY_ROOM } from "./room.ts";
import { LEASE_SECONDS } from "./way.ts";

const C = 14;

function proofOf(network: MadeNetwork, n: number): Uint8Array {
  return Uint8Array.from(
    network
      .roster()
      .proofOf(hexKey(n))
      .flatMap((record) => [...record]),
  );
}

/** What a node sends to those who asked it. */
function answersOf(node: MadeNode): string[] {
  const texts: string[] = [];
  node.tamper = (message) => {
    if (message.answer) texts.push(message.answer.text ?? "");
    return message;
  };
  return texts;
}

/** What a asks for, as somebody else may bring it. */
function askOfA({ home, work, a }: Staged, more: Partial<Ask> = {}): Ask {
  const subject = { origin: home.id, key: a.key, network: work.id, host: "b" };
  return { subject, records: proofOf(home, 10), gateways: 0, label: 0, room: ANY_ROOM, ...more };
}

function bring(to: MadeNode, from: string, ask: Ask, id = 1): void {
  to.areas.handleMessage(from, "asked", encodeAsk(id, ask), 0);
}

test("a member that asks in another's name is refused by the gateway, and takes nothing of what that one may ask", () => {
  const stage = staged();
  const { layer, home, a, b, g1 } = stage;
  home.member(C, "c");
  const answers = answersOf(g1);
  for (let n = 0; n <= ASKS_AT_ONCE; n += 1) bring(g1, hexKey(C), askOfA(stage), n + 1);
  expect(new Set(answers)).toEqual(
    new Set(["the gateway does not take this node's word for the asking host", "too many asks at once"]),
  );
  expect(g1.areas.crossings.all.size).toBe(0);
  a.areas.want("b.work", layer.now);
  layer.settle();
  expect(layer.arrival(a, "b.work")).toBe(b.key);
});

test.each(["another key", "no records", "records that are cut off", "a stranger's records"])(
  "a gateway that brings a host with %s gets it in nowhere",
  (kind) => {
    const stage = staged();
    const { layer, home, b, g1, g2 } = stage;
    const records = proofOf(home, 10);
    const stranger = layer.network(5000);
    stranger.member(99, "a");
    const subject = { ...askOfA(stage).subject, key: hexKey(99) };
    const asks: Record<string, Partial<Ask>> = {
      "another key": { subject },
      "no records": { records: new Uint8Array(0) },
      "records that are cut off": { records: records.subarray(0, -1) },
      "a stranger's records": { subject, records: proofOf(stranger, 99) },
    };
    for (const [at, by] of [
      [g2, g1],
      [b, g2],
    ] as const) {
      const answers = answersOf(at);
      bring(at, by.key, askOfA(stage, asks[kind]));
      expect(answers).toEqual([expect.stringMatching(/nothing shows that it is a member of home/)]);
      expect(at.areas.crossings.all.size).toBe(0);
      expect(at.labels.size + at.hosts.size).toBe(0);
    }
  },
);

test("a peer that is no gateway brings nobody, though the records are true", () => {
  const stage = staged();
  const { work, b, g2 } = stage;
  work.member(C, "c");
  for (const at of [b, g2]) {
    const answers = answersOf(at);
    bring(at, hexKey(C), askOfA(stage));
    expect(answers).toEqual([expect.stringMatching(/not take (?:that gateway|this node)'s word/)]);
    expect([at.areas.crossings.all.size, at.hosts.size]).toEqual([0, 0]);
  }
});

test("networks that nobody named, and asks that come back to the host that asks, are refused", () => {
  const stage = staged();
  const { a, b, g1, g2, home } = stage;
  const { subject } = askOfA(stage);
  const answers = [a, b, g1].map(answersOf);
  bring(g1, a.key, askOfA(stage, { subject: { ...subject, network: hexKey(5000) } }), 1);
  bring(g1, a.key, askOfA(stage, { subject: { ...subject, network: home.id } }), 2);
  bring(b, g2.key, askOfA(stage, { subject: { ...subject, origin: hexKey(5000) } }));
  bring(a, g1.key, askOfA(stage));
  expect(answers).toEqual([
    ["the ask came back to the host that asks"],
    ["the host takes nobody of that network"],
    ["no rule of the gateway lets this host cross there", "both hosts are of one network"],
  ]);
  for (const { areas } of [a, b, g1]) expect(areas.crossings.all.size).toBe(0);
});

test("what is asked under a number that stands is the same, or malformed: nobody's way becomes another's", () => {
  const stage = staged();
  const { layer, a, b, g1 } = stage;
  a.areas.want("b.work", layer.now);
  layer.settle();
  const [crossing] = g1.areas.crossings.all;
  bring(g1, a.key, askOfA(stage, { subject: { ...askOfA(stage).subject, host: "g2" } }), crossing?.up?.id);
  expect(g1.areas.ways.drops.counts.malformed).toBe(1);
  expect(layer.arrival(a, "b.work")).toBe(b.key);
});

test("a host that keeps asking for others has no more ways than it may, and takes none from the rest", () => {
  const stage = staged();
  const { layer, home, work, g1, b } = stage;
  home.member(C, "c");
  const records = proofOf(home, C);
  for (let n = 0; n < ASKS_AT_ONCE; n += 1) {
    work.member(200 + n, `d${n}`);
    bring(
      g1,
      hexKey(C),
      askOfA(stage, { records, subject: { ...askOfA(stage).subject, key: hexKey(C), host: `d${n}` } }),
      n + 1,
    );
  }
  expect(g1.areas.crossings.all.size).toBe(CROSSINGS_PER_HOST_MAX);
  expect(g1.areas.ways.drops.counts["refused-asks"]).toBe(ASKS_AT_ONCE - CROSSINGS_PER_HOST_MAX);
  stage.a.areas.want("b.work", layer.now);
  layer.settle();
  expect(layer.arrival(stage.a, "b.work")).toBe(b.key);
});

const ODD_NAMES = [
  "",
  "B",
  "b.work",
  "b\n",
  "b\u0000",
  "ü",
  "b b",
  "../b",
  "-b",
  "b-",
  "*",
  "b~12",
  "b~1234567G",
  "b~12345678~12345678",
];

test.each([...ODD_NAMES, "b".repeat(64)])("%j is no host's name: not at a gateway, not at the host itself", (host) => {
  const stage = staged();
  const { a, g1 } = stage;
  const { subject } = askOfA(stage);
  bring(g1, a.key, askOfA(stage, { subject: { ...subject, host } }));
  expect(g1.areas.ways.drops.counts.malformed).toBe(1);
  expect(g1.areas.crossings.all.size).toBe(0);
  a.areas.want(`${host}.work`, 0);
  expect(a.refused).toEqual([expect.stringMatching(/names no host of a network under foreign$/)]);
  expect(a.areas.crossings.all.size).toBe(0);
});

test.each<readonly [string, (ask: NonNullable<AreaMessage["ask"]>) => void]>([
  ["a short key", (ask) => (ask.key = keyOf(1).subarray(1))],
  ["a long root", (ask) => (ask.network = new Uint8Array(33))],
  ["no origin", (ask) => (ask.origin = null)],
  ["a reserved label", (ask) => (ask.label = 15)],
  ["a label of 21 bits", (ask) => (ask.label = 0x10_0000)],
])("an ask with %s is malformed", (_, spoil) => {
  const stage = staged();
  const { a, g1 } = stage;
  const message = encodeAsk(1, askOfA(stage));
  if (message.ask) spoil(message.ask);
  g1.areas.handleMessage(a.key, "asked", message, 0);
  // On the channel that this node asks on nobody asks.
  g1.areas.handleMessage(a.key, "asking", encodeAsk(2, askOfA(stage)), 0);
  g1.areas.handleMessage(a.key, "asked", encodeAsk(0, askOfA(stage)), 0);
  expect(g1.areas.ways.drops.counts.malformed).toBe(3);
  expect(g1.areas.crossings.all.size).toBe(0);
});

test("gateways that lead to each other do not send an ask in circles, and the host is told that there is no way", () => {
  const layer = new MadeLayer();
  const [home, backbone, work] = [layer.network(1000), layer.network(2000), layer.network(3000)];
  home.member(10, "a");
  const gateways = [21, 22, 23, 24, 25];
  for (const n of gateways) backbone.member(n, `g${n}`);
  home.member(21, "g21", ["gateway"]);
  const own = (name: string, network: MadeNetwork) => ({ name, roster: network.roster() });
  const foreign = (name: string, network: MadeNetwork) => ({
    name,
    root: keyOf(network.root),
    gateways: gateways.map(hexKey),
  });
  const rules = [{ from: home.id, to: work.id }];
  const a = layer.node(10, {
    networks: [own("home", home)],
    foreign: [{ name: "work", root: keyOf(work.root), gateways: [] }],
  });
  for (const n of gateways) {
    const settings: Partial<AreaSettings> =
      n === 21
        ? { networks: [own("home", home), own("backbone", backbone)], foreign: [foreign("work", work)] }
        : { networks: [own("backbone", backbone)], foreign: [foreign("home", home), foreign("work", work)] };
    layer.node(n, { ...settings, rules });
  }
  a.areas.want("b.work", layer.now);
  layer.pass(LEASE_SECONDS);
  expect(a.refused).toEqual(["b.work: the ask came back to a gateway on its way"]);
  for (const { areas } of layer.nodes.values()) expect(areas.ways.drops.counts["too-many-asks"]).toBe(0);
  for (const node of layer.nodes.values()) expect([node.labels.size, node.areas.crossings.all.size]).toEqual([0, 0]);
});

test("a later member of the same name does not take the place of one whose way stands", () => {
  const stage = staged();
  const { layer, home, a, b, g2 } = stage;
  a.areas.want("b.work", layer.now);
  layer.settle();
  home.member(15, "a");
  const answers = answersOf(b);
  const subject = { ...askOfA(stage).subject, key: hexKey(15) };
  bring(b, g2.key, askOfA(stage, { subject, records: proofOf(home, 15) }), 99);
  expect(answers).toEqual(["a.home is another host here"]);
  expect(b.hosts.get("a.home")?.key).toBe(a.key);
  expect(b.areas.crossings.all.size).toBe(1);
});

test("a renewal that shows that the host was revoked puts it out at once", () => {
  const stage = staged();
  const { layer, home, a, b, g2 } = stage;
  a.areas.want("b.work", layer.now);
  layer.settle();
  layer.now += 1000;
  home.revoke(10);
  const [crossing] = b.areas.crossings.all;
  b.areas.handleMessage(
    g2.key,
    "asked",
    encodeAsk(crossing?.up?.id ?? 0, askOfA(stage, { label: crossing?.up?.label ?? 0 })),
    layer.now,
  );
  expect(b.gone).toEqual(["it is no member of home any more"]);
  expect([b.hosts.size, b.areas.crossings.all.size]).toEqual([0, 0]);
});

test("a host that takes another key asks again by it, once for each way", () => {
  const { layer, home, a } = staged();
  a.areas.want("b.work", layer.now);
  layer.pass(10_000);
  home.member(20, "a-new");
  const asked: number[] = [];
  a.tamper = (message) => {
    if (message.ask) asked.push(message.id ?? 0);
    return message;
  };
  a.areas.takeKey(hexKey(20), layer.now);
  expect(asked).toHaveLength(1);
  expect(a.areas.crossings.askedBy(hexKey(20)).size).toBe(1);
});

test("flows that wait for a host whose network is not listed any more are told so", () => {
  const { layer, a } = staged();
  a.areas.want("b.work", layer.now);
  a.areas.apply({ ...a.settings, foreign: [] }, layer.now);
  expect(a.refused).toEqual(["b.work: the network is not listed any more"]);
  layer.settle();
  expect(a.areas.crossings.all.size).toBe(0);
});
