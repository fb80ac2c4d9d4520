/** What a node tells those that stand on it, and what it makes of them: played ones, and real ones that are set up wrong. */
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { connect } from "node:net";
import { join } from "node:path";
import type { LayerStatus, NodeStatus } from "@flor/node";
import { freePort, flor, NodeProcess, PlayedNode } from "@flor/testkit";
import { FRAME_HEADER_OCTETS } from "@flor/wire";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";

/** A played node's link is a process, and a northbound a socket: this joins the two. */
const SOCKET_AS_PROCESS = `
  const socket = require("node:net").connect(process.argv[1]);
  process.stdin.pipe(socket);
  socket.pipe(process.stdout);
  socket.on("close", () => process.exit());
`;
/** What a udp link carries on a path of 1500 octets, in segments and in one datagram; a frame's header and one label. */
const CARRIED = { whole: 16_384, unsegmented: 1472 };
const OVERHEAD_OCTETS = 20;

/** Places at a northbound. */
const CLIENTS_MAX = 8;
const SEND_AGAIN = { interval: 200, timeout: 200_000 };

const owned = new AsyncDisposableStack();
let l1: NodeProcess;
let l2: NodeProcess;

beforeAll(async () => {
  l1 = owned.use(await NodeProcess.prepare("l1"));
  l2 = owned.use(await NodeProcess.prepare("l2"));
  const port = await freePort();
  const group = execFileSync("id", ["-gn"], { encoding: "utf8" }).trim();
  const guests = (node: NodeProcess): object => ({ name: "guests", socket: guestsOf(node), group });
  await Promise.all([
    l1.up({
      links: [{ name: "wan", kind: "udp", listen: "127.0.0.1:0" }],
      peers: [{ name: "l2", id: l2.id, link: "wan", address: `127.0.0.1:${port}` }],
      northbound: [{ name: "team" }, { name: "lonely" }, guests(l1)],
    }),
    l2.up({
      links: [{ name: "wan", kind: "udp", listen: `127.0.0.1:${port}` }],
      peers: [{ name: "l1", id: l1.id, link: "wan" }],
      northbound: [{ name: "team" }, guests(l2)],
    }),
  ]);
  await l1.waitForPeer("l2");
});

afterAll(async () => {
  await owned.disposeAsync();
});

function guestsOf(node: NodeProcess): string {
  return join(node.folder, "guests.socket");
}

function attach(path: string): Promise<PlayedNode> {
  return PlayedNode.start([process.execPath, "-e", SOCKET_AS_PROCESS, path]);
}

/** The port to the only neighbour. */
function portOf(
  upper: PlayedNode,
): Promise<{ readonly port: number; readonly mtu: number; readonly segmentMtu: number }> {
  return upper.waitFor(
    () => upper.events.flatMap((event) => (event.type === "ports" ? event.ports : [])).findLast(({ up }) => up),
    "a port that is up",
  );
}

/** What the upper node was told last of the layers beneath. */
function layersOf(upper: PlayedNode): Promise<readonly LayerStatus[]> {
  const isThere = ({ mtuOctets }: LayerStatus): boolean => mtuOctets > 0;
  return upper.waitFor(() => {
    const line = upper.output.split("\n").findLast((one) => one.startsWith('{"layers":'));
    const layers = line === undefined ? [] : (JSON.parse(line) as { readonly layers: LayerStatus[] }).layers;
    return layers.some(isThere) ? layers : undefined;
  }, "the layers beneath");
}

describe("an upper node", () => {
  test("gets frames of exactly the size across that is shown, and is told when one is larger", async () => {
    await using near = await attach(l1.northboundPath("team"));
    await using far = await attach(l2.northboundPath("team"));
    await portOf(far);
    await expect
      .poll(async () => (await layersOf(near))[0])
      .toEqual({
        node: "l1",
        network: "team",
        overheadOctets: OVERHEAD_OCTETS,
        link: "wan",
        kind: "udp",
        mtuOctets: CARRIED.whole,
        segmentMtuOctets: CARRIED.unsegmented,
      });
    const { port } = await portOf(near);
    const [mtu, segmentMtu] = [CARRIED.whole - OVERHEAD_OCTETS, CARRIED.unsegmented - OVERHEAD_OCTETS];
    await expect.poll(() => portOf(near)).toMatchObject({ port, mtu, segmentMtu });
    for (const octets of [segmentMtu, mtu]) {
      const content = new Uint8Array(octets - FRAME_HEADER_OCTETS).fill(octets & 0xff);
      // A layer carries datagrams: one may be lost.
      await vi.waitFor(() => {
        near.send(port, content);
        const frame = far.frames.find(({ length }) => length === octets);
        expect(frame?.subarray(FRAME_HEADER_OCTETS)).toEqual(content);
      }, SEND_AGAIN);
    }
    await vi.waitFor(() => {
      near.send(port, new Uint8Array(mtu + 1 - FRAME_HEADER_OCTETS));
      near.send(port + 1, new Uint8Array(100));
      const told = near.events.find(({ type }) => type === "tooBig");
      expect(told).toMatchObject({ port, mtu, octets: mtu + 1 });
    }, SEND_AGAIN);
    expect(far.frames.filter(({ length }) => length > mtu)).toEqual([]);
    const isCounted = ({ drops }: NodeStatus): boolean =>
      (drops["northbound-port"] ?? 0) > 0 && (drops["northbound-too-big"] ?? 0) > 0;
    await l1.waitFor(isCounted, "both drops are counted");
  });

  test("of another owner learns what the layers beneath cost, and not what they are", async () => {
    await using near = await attach(guestsOf(l1));
    await using far = await attach(guestsOf(l2));
    await portOf(far);
    await expect
      .poll(() => layersOf(near))
      .toMatchObject([{ node: "l1", overheadOctets: OVERHEAD_OCTETS, mtuOctets: CARRIED.whole }]);
    expect(near.output).not.toContain("wan");
    expect(near.output).not.toContain("udp");
  });

  test("is refused where another is attached, and told what to do", async () => {
    await using first = await attach(l1.northboundPath("team"));
    await first.waitForEvent("ready");
    await using second = await attach(l1.northboundPath("team"));
    const refusal = "another node is attached to team: give each node above a northbound of its own";
    await second.waitFor(() => second.output.includes(refusal) || undefined, "a refusal");
    expect(second.events.map(({ type }) => type)).not.toContain("ready");
    expect(first.end.state).toBe("ready");
    const attached = async (): Promise<unknown> =>
      (await l1.status())?.northbounds.map((northbound) => [northbound.name, northbound.attached]);
    await expect.poll(attached).toEqual([
      ["team", true],
      ["lonely", false],
      ["guests", false],
    ]);
  });
});

describe("everyone who may open the socket", () => {
  test("keeps no place there when he is refused and does not hang up", async () => {
    const path = l1.northboundPath("lonely");
    const clients = Array.from({ length: CLIENTS_MAX }, () => connect({ path, allowHalfOpen: true }));
    await Promise.all(
      clients.map(async (client) => {
        client.on("error", () => {});
        client.write("{}\n");
        await once(client.resume(), "end");
      }),
    );
    await using upper = await attach(path);
    expect((await upper.waitForEvent("ready")).peer.program).toBe("flor");
    for (const client of clients) client.destroy();
  });

  test("is not listened to beside his session", async () => {
    await using upper = await attach(l1.northboundPath("lonely"));
    await upper.waitForEvent("ready");
    upper.child.stdin?.write("more");
    await upper.exited;
    expect(upper.output).toContain('{"attached":true,"node":"l1"}');
  });
});

test("an upper node that is set up wrong says what is wrong, and what to do", async () => {
  await using upper = await NodeProcess.prepare("u1");
  await upper.up({
    links: [
      { name: "good", kind: "native", attach: l1.northboundPath("lonely") },
      { name: "nobody", kind: "native", attach: "/nowhere/team.socket" },
      { name: "control", kind: "native", attach: join(l1.folder, "flor", "l1.sock") },
    ],
    peers: [{ name: "u2", id: l2.id, link: "good", address: "l2" }],
  });
  const errorOf = (name: string): Promise<string> =>
    upper.waitFor(({ links }) => links.find((link) => link.name === name)?.lastError, `${name} failed`);
  await errorOf("nobody");
  await errorOf("control");
  await upper.waitFor(({ links }) => links[0]?.state === "ready", "the good link is attached");
  const status = async (): Promise<string> => (await flor(["status"], upper)).stdout;
  const said = (stdout: string): readonly string[] =>
    stdout.split("\n").filter((line) => /^! (?:link|peer) /.test(line));
  // A link that is being started again has nothing to say for a moment.
  await expect
    .poll(async () => said(await status()).map((line) => line.replaceAll(l1.folder, "FOLDER")))
    .toEqual([
      "! link nobody is down and will be restarted: no node serves /nowhere/team.socket: start the one whose northbound has this socket",
      "! link control is down and will be restarted: FOLDER/flor/l1.sock is not a northbound: attach to NODE/NORTHBOUND, or to the socket of one",
      "! peer u2 is unreachable: nobody is at l2: is that a peer of the node beneath, with a northbound of the same name and this peer attached to it?",
    ]);
  await expect.poll(status).toMatch(/^stack +packet +no path to anybody yet\n +l1 +no path to anybody yet$/m);
});
