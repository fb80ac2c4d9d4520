/** Paths that answer hellos and carry nothing: whose traffic leaves them, when, and whose does not. */
import { labelOf } from "@flor/label";
import { LABEL_GAL } from "@flor/wire";
import { describe, expect, it, vi } from "vitest";
import { type Dialler, MemorySocket, peerOf, toWeb } from "./memory-network.testing.ts";
import type { PeerSettings } from "./settings.ts";
import { type StagedCable, StagedNetwork, type StagedNode } from "./staged-network.testing.ts";

const SETTLED_MS = 6000;
/** One second of silence, echoes, and some round trips. */
const LEFT_MS = 4000;

/** Hellos and control connections cross, and nothing else does. */
const carriesNothing = (content: DataView): boolean => labelOf(content.getUint32(0)) !== LABEL_GAL;
/** Nor do packets that are long. */
const carriesShort = (content: DataView): boolean => carriesNothing(content) && content.byteLength > 600;

interface Diamond {
  readonly net: StagedNetwork;
  readonly a: StagedNode;
  /** From a transit node to d. */
  readonly far: Readonly<Record<string, StagedCable>>;
}

/** a – x – d and a – y – d. */
function diamond(more: Partial<PeerSettings> = {}): Diamond {
  const accept: Dialler = (_, outcome) => outcome.connected(new MemorySocket(), new Uint8Array(4), 80);
  const net = new StagedNetwork();
  const dialled = (name: string, link: string): ReturnType<typeof peerOf> => peerOf(name, { link, address: name });
  const a = net.add("a", {
    peers: [dialled("x", "wan"), dialled("y", "wan2"), { ...peerOf("d"), ...more }],
    links: ["wan", "wan2"],
    routeTo: "d",
  });
  const links = ["wan", "left"];
  const x = net.add("x", { peers: [peerOf("a", { link: "left" }), dialled("d", "wan")], links });
  const y = net.add("y", { peers: [peerOf("a", { link: "left" }), dialled("d", "wan")], links });
  const d = net.add("d", {
    peers: [peerOf("x", { link: "wan" }), peerOf("y", { link: "wan2" }), peerOf("a")],
    links: ["wan", "wan2"],
    dial: accept,
  });
  net.connect(a, {}, x, {}, "left");
  net.connect(a, {}, y, {}, "left", "wan2");
  const far = { x: net.connect(x, {}, d, {}), y: net.connect(y, {}, d, {}, "wan2") };
  net.run(SETTLED_MS);
  return { net, a, far };
}

/** The transit node that traffic from a to d crosses. */
function transit({ a }: Diamond): string {
  return a.node.sessions.named("d")?.path?.nextHop.name ?? "none";
}

/** Opens a client; what it was told by the end of the time. */
function outcome({ net, a }: Diamond, withinMs: number): string | undefined {
  const reply = net.connectClient(a);
  net.run(withinMs);
  return reply();
}

function lose(cable: StagedCable, isLost: StagedCable["isLostThere"]): void {
  cable.isLostThere = isLost;
  cable.isLostBack = isLost;
}

describe("a peer with two paths that share no node", () => {
  it.each([
    ["is moved to the second within round trips when the first carries nothing", true, "ok"],
    ["waits for a second of silence if they are not asked for", false, undefined],
  ])("%s", (_title, disjoint, expected) => {
    const staged = diamond({ disjoint });
    expect(outcome(staged, 100)).toBe("ok");
    lose(staged.far[transit(staged)]!, carriesNothing);
    expect(outcome(staged, 600)).toBe(expected);
  });
});

describe("a steady stream, each packet of which puts the time-outs off", () => {
  it.each([
    ["leaves a path that carries nothing after a second, and the time for an answer", false, 2000],
    ["leaves it within round trips where a second path is ready", true, 250],
  ])("%s", (_title, disjoint, withinMs) => {
    const staged = diamond({ disjoint });
    const { net, a } = staged;
    expect(outcome(staged, 1000)).toBe("ok");
    const before = transit(staged);
    lose(staged.far[before]!, carriesNothing);
    for (let ms = 0; ms < withinMs; ms += 10) {
      net.connectClient(a);
      net.run(10);
    }
    expect(transit(staged)).not.toBe(before);
  });
});

describe("a path that answers hellos", () => {
  it("and carries nothing is left for one that does, and the flow goes on", () => {
    const staged = diamond();
    const before = transit(staged);
    lose(staged.far[before]!, carriesNothing);
    expect(outcome(staged, LEFT_MS)).toBe("ok");
    expect(transit(staged)).not.toBe(before);
    expect(staged.a.log.filter(({ step }) => step === "path-left")).toHaveLength(1);
    expect(staged.net.peerStatus(staged.a, "d").state).toBe("up");
  });

  it("is forgotten by the session that leaves it: the other path's rate is found from the start", () => {
    const staged = diamond();
    const before = transit(staged);
    outcome(staged, 2000);
    const connection = staged.a.node.sessions.named("d")!.session!.connection;
    const told = vi.spyOn(connection, "handlePathChange");
    lose(staged.far[before]!, carriesNothing);
    outcome(staged, LEFT_MS);
    expect(transit(staged)).not.toBe(before);
    expect(told).toHaveBeenCalledTimes(1);
    expect(connection.state).toBe("established");
  });

  it("and carries nothing is asked before flows return to it, and they do once it answers", () => {
    const staged = diamond();
    const { net } = staged;
    const before = transit(staged);
    lose(staged.far[before]!, carriesNothing);
    expect(outcome(staged, LEFT_MS)).toBe("ok");
    const other = transit(staged);
    // Held for 30 s, then for 60 more, and nobody's packets are lost meanwhile.
    for (let second = 0; second < 100; second += 1) {
      net.run(1000);
      expect(transit(staged)).toBe(other);
    }
    expect(staged.a.log.filter(({ step }) => step === "path-left")).toHaveLength(1);
    lose(staged.far[before]!, () => false);
    lose(staged.far[other]!, carriesNothing);
    expect(outcome(staged, 5 * LEFT_MS)).toBe("ok");
  });

  it("and carries only short packets is left: what is asked is as long as what is lost", () => {
    const staged = diamond();
    const before = transit(staged);
    const other = before === "x" ? "y" : "x";
    lose(staged.far[before]!, carriesShort);
    staged.a.node.sessions.named("d")!.session!.connection.close(0, "again");
    expect(outcome(staged, 10_000)).toBe("ok");
    expect(transit(staged)).toBe(other);
  });

  it("is not left when the far node alone is silent, nor when all paths are", () => {
    const staged = diamond();
    const before = transit(staged);
    for (const cable of Object.values(staged.far)) lose(cable, carriesNothing);
    expect(outcome(staged, LEFT_MS)).toBeUndefined();
    expect(transit(staged)).toBe(before);
    for (const cable of Object.values(staged.far)) lose(cable, () => false);
    expect(outcome(staged, LEFT_MS)).toBe("ok");
    expect(staged.a.log.filter(({ step }) => step === "path-left")).toEqual([]);
  });

  it("is left by an end that only receives, too: it asks whether its acknowledgements arrive", () => {
    const staged = diamond();
    const { net, a } = staged;
    const d = net.node("d");
    const back = (): string => d.node.sessions.named("a")?.path?.nextHop.name ?? "none";
    const client = new MemorySocket();
    a.node.accept(client, toWeb, net.now);
    net.run(1000);
    const before = back();
    // Only what d sends is lost, and it has nothing but acknowledgements.
    staged.far[before]!.isLostBack = carriesNothing;
    client.listener?.handleOctets(new Uint8Array(5000));
    net.run(3 * LEFT_MS);
    expect(back()).not.toBe(before);
    expect([client.isReset, net.peerStatus(a, "d").state]).toEqual([false, "up"]);
  });
});
