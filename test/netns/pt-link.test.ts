import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Capture, requireTools, run } from "@flor/testkit";
import { expect, test } from "vitest";
import { expectToCarry, StreamMachines } from "./stream-machines.ts";

const PORT = 9443;
const COMMAND = ["obfs4proxy"];
/** Random octets have nearly all of their eight bits; TLS and HTTP begin with fixed ones. */
const LEAST_BITS_PER_OCTET = 7.9;

test("frames cross obfs4proxy, and a capture shows neither TLS nor QUIC nor anything else", async () => {
  requireTools(["obfs4proxy", "tshark"]);
  await using machines = await StreamMachines.open();
  const pt = { kind: "pt", command: COMMAND, transport: "obfs4" };
  await machines.upFar({ ...pt, listen: `0.0.0.0:${PORT}` });
  const line = await bridgeLine(machines);
  expect(line).toMatch(/^HOST:9443 cert=\S{70} iat-mode=0$/);

  await using capture = await Capture.start(machines.nearMachine, machines.devices[0], "tcp or udp");
  await machines.upNear({ near: pt, far: {}, address: line.replace("HOST", machines.farAddress) });
  await machines.near.waitForPeer("far");
  await expectToCarry(machines);
  await capture.stop();

  expect(await recognised(capture.file)).toEqual([]);
  expect(await capture.packets("udp")).toEqual([]);
  const sent = await payload(capture.file, machines.nearAddress);
  expect(sent.length).toBeGreaterThan(10_000);
  expect(bitsPerOctet(sent)).toBeGreaterThan(LEAST_BITS_PER_OCTET);
  expect(sent.includes("flor-stream")).toBe(false);
});

test("what a transport cannot do is said in the node's log", async () => {
  requireTools(["obfs4proxy"]);
  await using machines = await StreamMachines.open();
  await machines.upFar({ kind: "pt", command: COMMAND, transport: "obfs5", listen: `0.0.0.0:${PORT}` });
  expect(await machines.far.process.waitForOutput(/obfs4proxy does not start: /)).toBeTruthy();
});

/** What the far node tells others of itself. */
async function bridgeLine({ far }: StreamMachines): Promise<string> {
  const said = await far.process.waitForOutput(/the address of this node for others is: ([^"]+)"/);
  const { XDG_STATE_HOME = "" } = far.environment;
  const kept = readFileSync(join(XDG_STATE_HOME, "flor/far/stream/server/bridge-line"), "utf8");
  expect(kept).toBe(`${said[1]}\n`);
  return said[1]!;
}

/** Which of the protocols that a censor looks for tshark's decoders find, first octets and heuristics alike. */
async function recognised(file: string): Promise<readonly string[]> {
  const layers = await run("tshark", ["-r", file, "-T", "fields", "-e", "frame.protocols"]);
  const found = new Set(layers.split(/[\n:]/));
  expect(found).toContain("tcp");
  return ["tls", "ssl", "dtls", "quic", "gquic", "http", "http2", "ssh", "socks", "wg", "openvpn"].filter((protocol) =>
    found.has(protocol),
  );
}

async function payload(file: string, from: string): Promise<Buffer> {
  const args = ["-r", file, "-Y", `ip.src == ${from} && tcp.len > 0`, "-T", "fields", "-e", "tcp.payload"];
  return Buffer.from((await run("tshark", args)).replaceAll(/[^0-9a-f]/g, ""), "hex");
}

/** Shannon's entropy of single octets. */
function bitsPerOctet(octets: Uint8Array): number {
  const counts = new Float64Array(256);
  for (const octet of octets) counts[octet]! += 1;
  const shares = [...counts].filter(Boolean).map((count) => count / octets.length);
  return -shares.reduce((sum, share) => sum + share * Math.log2(share), 0);
}
