import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { run } from "@flor/testkit";
import type { RunningPeer } from "../peers/peer.ts";
import type { Stage } from "../stage.ts";
import type { Figures, Row } from "./row.ts";

const SINK_PORT = 4700;
const SECONDS = 3;
const OCTETS = 1200;
/** More than anybody carries here: what arrives is what there is. */
const FLOOD_PER_SECOND = 100_000;
const CALM_PER_SECOND = 10_000;

/** Datagrams of 1,200 octets from one client to one target: how many arrive of a flood, and how many are lost of few. */
export const datagramsRow: Row = {
  name: "datagrams",
  only: ["direct", "flor", "flor base", "hysteria2", "tuic", "shadowsocks", "nebula"],
  measure: async (stage, peer) => {
    const program = await compiled(stage);
    const sink = stage.server.start(program, ["sink", String(SINK_PORT)]);
    await using _sink = sink;
    await sink.waitForOutput(/listening/);
    // The first ones are slow: programs compile what they use often.
    await send(stage, peer, program, FLOOD_PER_SECOND);
    const flood = await send(stage, peer, program, FLOOD_PER_SECOND);
    const calm = await send(stage, peer, program, CALM_PER_SECOND);
    return {
      "arriving/s": flood.received / flood.seconds,
      "% lost at 10,000/s": (100 * (calm.sent - calm.received)) / calm.sent,
    } satisfies Figures;
  },
};

interface Sent {
  readonly sent: number;
  readonly received: number;
  readonly seconds: number;
}

async function send(stage: Stage, peer: RunningPeer, program: string, rate: number): Promise<Sent> {
  const { socksPort = 0, target } = peer;
  const args = [socksPort, target, SINK_PORT, rate, SECONDS, OCTETS].map(String);
  return JSON.parse(await stage.client.run(program, "send", ...args)) as Sent;
}

async function compiled(stage: Stage): Promise<string> {
  const program = join(stage.folder, "datagrams");
  const source = fileURLToPath(new URL("../datagrams.c", import.meta.url));
  if (!existsSync(program)) await run("gcc", ["-O2", "-o", program, source]);
  return program;
}
