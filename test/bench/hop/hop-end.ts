/**
 * One process of the hop's row: the node's end of a Flor IO session, which receives, or a link's end, which sends frames
 * of 15,000 octets as fast as there is credit. Nothing is done with them. Argument: a HopOrder as JSON.
 */
import { randomBytes } from "node:crypto";
import type { FlorIoEnd } from "@flor/io";
import { FRAME_DATA, FRAME_HEADER_OCTETS, writeFrameHeader, ZERO_TOKEN } from "@flor/wire";
import type { HopOrder, HopReady, HopReport } from "./hop-order.ts";
import { LoopbackSession } from "./loopback-session.ts";

/** Four fill a bundle, as a transfer's packets do. */
const FRAME_OCTETS = 15_000;
/** A turn of a node sends a few bundles, then looks at what came. */
const FRAMES_A_TURN = 32;
const WARM_UP_SHARE = 0.2;

const order = JSON.parse(process.argv[2]!) as HopOrder;
const warmUpOctets = order.octets * WARM_UP_SHARE;
let carried = 0;
let began: { readonly cpu: NodeJS.CpuUsage; readonly at: number } | undefined;

/** Counts frames; says the report when all are there. */
function count(octets: number): void {
  const before = carried;
  carried += octets;
  if (began === undefined && carried >= warmUpOctets) began = { cpu: process.cpuUsage(), at: performance.now() };
  const last = warmUpOctets + order.octets;
  if (before < last && carried >= last) say(began!);
}

function say({ cpu, at }: NonNullable<typeof began>): void {
  const { user, system } = process.cpuUsage(cpu);
  const report: HopReport = { processorSeconds: (user + system) / 1e6, seconds: (performance.now() - at) / 1000 };
  process.stdout.write(`${JSON.stringify(report)}\n`);
}

function sendAll(end: FlorIoEnd): void {
  const last = warmUpOctets + order.octets;
  const header = { type: FRAME_DATA, flags: 0, length: FRAME_OCTETS - FRAME_HEADER_OCTETS, port: 1, token: ZERO_TOKEN };
  const turn = (): void => {
    for (let frames = 0; frames < FRAMES_A_TURN && carried < last; frames += 1) {
      const at = end.reserve(FRAME_OCTETS);
      // A "credit" event brings the next turn.
      if (at < 0) return;
      writeFrameHeader(end.bundle.view, at, header);
      end.commit(FRAME_OCTETS);
      count(FRAME_OCTETS);
    }
    end.flush();
    if (carried < last) setImmediate(turn);
  };
  resume = turn;
  turn();
}

let resume = (): void => {};
if (order.to === undefined) {
  const secret = randomBytes(32);
  const handleFrames = (_octets: Uint8Array, _view: DataView, offset: number, end: number): void => count(end - offset);
  const session = await LoopbackSession.open({ secret, handleFrames, handleEvent: () => {} });
  const ready: HopReady = { port: session.port, secret: secret.toString("hex") };
  process.stdout.write(`${JSON.stringify(ready)}\n`);
} else {
  const session: LoopbackSession = await LoopbackSession.open({
    secret: Buffer.from(order.to.secret, "hex"),
    nodePort: order.to.port,
    handleFrames: () => {},
    handleEvent: ({ type }) => {
      if (type === "ready") sendAll(session.end);
      if (type === "credit") resume();
    },
  });
}
process.once("SIGTERM", () => process.exit(0));
