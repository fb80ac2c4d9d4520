import { execFile } from "node:child_process";
import { createSocket } from "node:dgram";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Port } from "@flor/io";
import { freePort, PlayedNode } from "@flor/testkit";
import { describe, expect, it } from "vitest";

const LOOPBACK = join(import.meta.dirname, "../../../links/examples/typescript/loopback.ts");
const COMMAND = [process.execPath, LOOPBACK] as const;
const MTU = 1400;
const run = promisify(execFile);

/** Two links that know each other, each under a node of its own, ready. */
async function twoLinks(): Promise<readonly [PlayedNode, PlayedNode]> {
  const ports = [await freePort(), await freePort()] as const;
  const start = async (own: number, other: number): Promise<PlayedNode> => {
    const node = await PlayedNode.start(COMMAND, { config: { port: own } });
    const nature = { token: new Uint8Array(0), port: 0, peer: "" };
    await node.waitForEvent("ready");
    node.end.setNeighbours([{ key: "other", address: `127.0.0.1:${other}`, ...nature }], performance.now());
    await node.waitForEvent("ports");
    return node;
  };
  return Promise.all([start(ports[0], ports[1]), start(ports[1], ports[0])]);
}

describe("a link on the kit", () => {
  it("is at most sixty lines long", () => {
    expect(readFileSync(LOOPBACK, "utf8").trimEnd().split("\n").length).toBeLessThanOrEqual(60);
  });

  it("announces its neighbour's port, and carries frames of all sizes up to its MTU both ways", async () => {
    const [left, right] = await twoLinks();
    await using _left = left;
    await using _right = right;
    const [port] = (await left.waitForEvent("ports")).ports as [Port];
    expect(port).toMatchObject({ port: 1, key: "other", up: true, mtu: MTU, segmentMtu: MTU, provisional: false });
    const sizes = [0, 1, 2, 63, 64, 1199, 1200, MTU - 17, MTU - 16];
    for (const [from, to] of [
      [left, right],
      [right, left],
    ] as const) {
      for (const [number, size] of sizes.entries()) {
        from.send(1, new Uint8Array(size).fill(number + 1));
        await to.waitFor(() => to.frames[number], `frame ${number} of ${size} octets`);
      }
      expect(to.frames.map((frame) => [frame.length - 16, frame[5], frame[16]])).toEqual(
        sizes.map((size, number) => [size, 1, size === 0 ? undefined : number + 1]),
      );
    }
  });

  it("drops a frame of one octet more than its MTU, says TooBig, and carries the next", async () => {
    const [left, right] = await twoLinks();
    await using _left = left;
    await using _right = right;
    left.send(1, new Uint8Array(MTU - 15));
    left.send(1, new Uint8Array(1));
    await right.waitFor(() => right.frames[0], "the next frame");
    expect(right.frames[0]).toHaveLength(17);
    expect(await left.waitForEvent("tooBig")).toEqual({ type: "tooBig", port: 1, mtu: MTU, octets: MTU + 1 });
  });

  it("withdraws the port of a neighbour that the node wants no more", async () => {
    const [left, right] = await twoLinks();
    await using _left = left;
    await using _right = right;
    left.end.setNeighbours([], performance.now());
    const isEmpty = (): true | undefined =>
      left.events.some((event) => event.type === "ports" && event.ports.length === 0) || undefined;
    expect(await left.waitFor(isEmpty, "an empty list of ports")).toBe(true);
  });

  it("reports its figures with the answer to a Ping", async () => {
    const [left, right] = await twoLinks();
    await using _left = left;
    await using _right = right;
    left.send(9, new Uint8Array(1));
    left.send(1, new Uint8Array(1));
    const figures = await left.waitFor(() => {
      const last = left.events.findLast((event) => event.type === "counters");
      const values = Object.fromEntries(last?.counters.map(({ name, value }) => [name, value]) ?? []);
      return values["sent"] === undefined ? undefined : values;
    }, "the figures");
    expect(figures).toMatchObject({ sent: 1, "drop.unknown-port": 1 });
  });
});

describe("a link process", () => {
  it("exits 0 when its lifeline ends", async () => {
    await using node = await PlayedNode.start(COMMAND, { config: { port: await freePort() } });
    await node.waitForEvent("ready");
    node.closeLifeline();
    expect(await node.exited).toEqual({ code: 0, signal: undefined });
    expect(node.events.at(-1)?.type).toBe("bye");
  });

  it("exits 0 when its lifeline ends before the node ever spoke", async () => {
    await using node = await PlayedNode.start(COMMAND, { config: { port: await freePort() }, isMute: true });
    node.closeLifeline();
    expect((await node.exited).code).toBe(0);
  });

  it("exits 0 on SIGTERM and when the node says goodbye", async () => {
    for (const end of [(node: PlayedNode) => node.child.kill(), (node: PlayedNode) => node.end.close("enough")]) {
      await using node = await PlayedNode.start(COMMAND, { config: { port: await freePort() } });
      await node.waitForEvent("ready");
      end(node);
      expect((await node.exited).code).toBe(0);
    }
  });

  it("exits 78 and names the key when its configuration is wrong", async () => {
    await using node = await PlayedNode.start(COMMAND, { config: { port: "high" } });
    expect((await node.exited).code).toBe(78);
    expect(JSON.parse(node.output)).toEqual({ level: "error", msg: expect.stringMatching(/^port: expected/) });
  });

  it("exits 75 when what it needs is not there now", async () => {
    const taken = createSocket("udp4");
    await new Promise<void>((resolve) => void taken.bind(0, "127.0.0.1", resolve));
    await using node = await PlayedNode.start(COMMAND, { config: { port: taken.address().port } });
    expect((await node.exited).code).toBe(75);
    expect(node.output).toContain("EADDRINUSE");
    taken.close();
  });

  it("exits 75 when the node does not answer in time", async () => {
    await using node = await PlayedNode.start(COMMAND, {
      config: { port: await freePort() },
      isMute: true,
      deadlineMs: 500,
    });
    expect((await node.exited).code).toBe(75);
  });

  it("says what it is, and how it is run", async () => {
    const { stdout } = await run(process.execPath, [LOOPBACK, "--flor-io-describe"]);
    expect(JSON.parse(stdout)).toMatchObject({ name: "loopback", flor_io: [1], caps: ["stats", "parts"] });
    const byHand = run(process.execPath, [LOOPBACK], { env: { ...process.env, FLOR_IO: "" } });
    await expect(byHand).rejects.toMatchObject({ code: 64, stderr: expect.stringContaining("flor.yaml") });
  });

  it("keeps its secret out of its arguments and its environment", async () => {
    await using node = await PlayedNode.start(COMMAND, { config: { port: await freePort() } });
    await node.waitForEvent("ready");
    const seen = ["cmdline", "environ"].map((name) => readFileSync(`/proc/${node.child.pid}/${name}`, "latin1"));
    expect(seen[0]).toContain("loopback.ts");
    const spellings = [node.secret.toBase64(), node.secret.toHex(), Buffer.from(node.secret).toString("latin1")];
    for (const spelling of spellings) expect(seen.join("\n")).not.toContain(spelling);
  });

  it("ends when its parent is gone, though another process holds its lifeline open", async () => {
    const holder = "exec 3<&0; (cat <&3; exec sleep 200) 2>/dev/null";
    const shell = ["sh", "-c", `${holder} | "$0" "$1" & wait`, ...COMMAND];
    await using node = await PlayedNode.start(shell, { config: { port: await freePort() }, isShell: true });
    const { peer } = await node.waitForEvent("ready");
    expect(peer.pid).not.toBe(node.child.pid);
    node.child.kill("SIGKILL");
    // The shell is dead at once: its pipes are closed when the link lets go of them too, which nobody else makes it do
    // before this test runs out of time.
    await node.exited;
    expect(node.events.at(-1)).toEqual({ type: "bye", reason: "the node is gone" });
  });
});
