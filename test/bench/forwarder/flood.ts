/**
 * The flooding process: the neighbour on both sides of the forwarder, on a core of its own. Argument: a FloodOrder as
 * JSON. Says a FloodReport.
 */
import { endpointOf, openWireSocket, SEND_DATAGRAMS_MAX, SEND_OCTETS_MAX } from "@flor/host/datagram";
import type { FlorIoEnd } from "@flor/io";
import { processorSeconds } from "@flor/testkit";
import { LABEL_STACK_ENTRY_OCTETS, SESSION_TOKEN_OCTETS, viewOf } from "@flor/wire";
import { floodedFrames } from "./flooded-frames.ts";
import type { FloodOrder, FloodReport } from "./forwarder-order.ts";
import { LoopbackSession } from "../hop/loopback-session.ts";

/** Until everything is compiled and every buffer was touched. */
const WARM_UP_MS = 1000;
/** Octets under way at most: no queue overflows, so that the forwarder works for what arrives and nothing else. */
const WINDOW_OCTETS = 1_000_000;
/** What has not come back by then was lost. */
const LOST_AFTER_MS = 20;

const order = JSON.parse(process.argv[2]!) as FloodOrder;
const { carriage, label, ports } = order.forwarder;
const forwardedOctets = order.frameOctets - LABEL_STACK_ENTRY_OCTETS;
let sentFrames = 0;
let receivedFrames = 0;
let refill = (): void => {};

/** All frames are equal: they are counted by their octets. */
function handleForwarded(offset: number, end: number): void {
  receivedFrames += (end - offset) / forwardedOctets;
  refill();
}

/** From now on, `send` sends `frames` of them whenever the window has room for more. */
function flood(frames: number, send: () => void): void {
  refill = () => {
    while ((sentFrames - receivedFrames) * order.frameOctets < WINDOW_OCTETS) {
      send();
      sentFrames += frames;
    }
  };
  let receivedBefore = 0;
  setInterval(() => {
    if (receivedFrames === receivedBefore) sentFrames = receivedFrames;
    receivedBefore = receivedFrames;
    refill();
  }, LOST_AFTER_MS);
}

async function floodSession(): Promise<void> {
  const secret = Buffer.from(order.forwarder.secret, "hex");
  const [inPort, outPort] = ports as [number, number];
  const handleFrames: Handler = (_octets, _view, offset, end) => handleForwarded(offset, end);
  await LoopbackSession.open({ secret, nodePort: outPort, handleFrames, handleEvent: () => {} });
  const session: LoopbackSession = await LoopbackSession.open({
    secret,
    nodePort: inPort,
    handleFrames,
    handleEvent: ({ type }) => {
      if (type === "ready") floodEnd(session.end);
    },
  });
}

type Handler = (octets: Uint8Array, view: DataView, offset: number, end: number) => void;

function floodEnd(end: FlorIoEnd): void {
  const bundle = floodedFrames(label, order.frameOctets, end.bundleLimit);
  const view = viewOf(bundle);
  const frames = (bundle.length - SESSION_TOKEN_OCTETS) / order.frameOctets;
  flood(frames, () => void end.sendInPlace(bundle, view, SESSION_TOKEN_OCTETS, bundle.length));
}

async function floodWire(): Promise<void> {
  const to = endpointOf("127.0.0.1", ports[0]!)!;
  const socket = await openWireSocket({ local: endpointOf("127.0.0.1", 0)! });
  socket.onDatagram = (_octets, offset, end) => {
    handleForwarded(offset, end);
    return end;
  };
  const frames = Math.min(SEND_DATAGRAMS_MAX, Math.floor(SEND_OCTETS_MAX / order.frameOctets));
  const datagrams = floodedFrames(label, order.frameOctets, SESSION_TOKEN_OCTETS + frames * order.frameOctets);
  flood(frames, () => {
    socket.gather(datagrams, SESSION_TOKEN_OCTETS, frames * order.frameOctets);
    socket.send(to, order.frameOctets);
  });
}

function report(): void {
  const before = { receivedFrames, at: performance.now(), processorSeconds: processorSeconds(order.pid) };
  setTimeout(() => {
    const said: FloodReport = {
      frames: receivedFrames - before.receivedFrames,
      seconds: (performance.now() - before.at) / 1000,
      processorSeconds: processorSeconds(order.pid) - before.processorSeconds,
    };
    process.stdout.write(`${JSON.stringify(said)}\n`, () => process.exit(0));
  }, order.seconds * 1000);
}

if (carriage === "wire") await floodWire();
else await floodSession();
setTimeout(report, WARM_UP_MS);
