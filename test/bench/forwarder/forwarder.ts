/**
 * The forwarding process: a node of `@flor/node` with one neighbour behind its link `in` and one behind `out`, over real
 * sockets. Nothing else is in it: its processor time is the forwarder's. Argument: a `Carriage`. Says ForwarderReady.
 */
import { randomBytes } from "node:crypto";
import { createDriverClock } from "@flor/host";
import { endpointOf, openWireSocket } from "@flor/host/datagram";
import { Adjacency, Driver, FlorNode, Neighbour, type NodeLink } from "@flor/node";
import { createIdentity } from "@flor/quic";
import { engineMaker } from "@flor/quic/engine";
import { createPlainProvider } from "@flor/quic/plain";
import { viewOf } from "@flor/wire";
import { FLOOD_TOKEN } from "./flooded-frames.ts";
import type { Carriage, ForwarderReady } from "./forwarder-order.ts";
import { LoopbackSession } from "../hop/loopback-session.ts";
import { idleHost } from "../idle-host.ts";
import { WireDoor } from "./wire-door.ts";

const MTU = 1500;

const carriage = process.argv[2] as Carriage;
const clock = createDriverClock();
const node = createNode();
const driver = new Driver(node, clock);
const from = addNeighbour(node.links.get("in")!);
const to = addNeighbour(node.links.get("out")!);
const label = node.labels.bind({ nextHop: { neighbour: to.neighbour! }, push: [] }, clock.now())!;
const secret = randomBytes(32);
const ports = carriage === "wire" ? await openWire() : [await openSession(from.link), await openSession(to.link)];
const ready: ForwarderReady = { carriage, label, ports, secret: secret.toString("hex") };
process.stdout.write(`${JSON.stringify(ready)}\n`);

function createNode(): FlorNode {
  const identity = createIdentity(randomBytes(32));
  const engines = engineMaker({ crypto: createPlainProvider(identity) });
  const links = [
    { name: "in", kind: "bench" },
    { name: "out", kind: "bench" },
  ];
  const settings = {
    name: "transit",
    identity,
    engines,
    links,
    peers: [],
    northbounds: [],
    route: () => [],
  };
  const host = idleHost({ wake: () => driver.wake() });
  return new FlorNode(settings, host, clock.now());
}

/** A neighbour as the control plane leaves it: at port 0, its tokens exchanged. */
function addNeighbour(link: NodeLink): Adjacency {
  const adjacency = new Adjacency(link, link.name, FLOOD_TOKEN, 1);
  const neighbour = new Neighbour(link.name, randomBytes(32), link.name);
  Object.assign(adjacency, { portUp: true, mtu: MTU, peerToken: FLOOD_TOKEN, neighbour });
  neighbour.best = adjacency;
  link.ports[0] = adjacency;
  return adjacency;
}

async function openSession(link: NodeLink): Promise<number> {
  const sink = node.links.sinkOf(link.name);
  const session: LoopbackSession = await LoopbackSession.open({
    secret,
    handleFrames: (octets, view, offset, end) => sink.handleFrames(octets, view, offset, end, clock.now()),
    handleEvent: ({ type }) => {
      if (type === "ready") link.door = session.end;
      if (type === "credit") node.links.handleCredit(link.name);
    },
  });
  return session.port;
}

/** Frames come in at one wire socket, and go where its first datagram came from. */
async function openWire(): Promise<readonly number[]> {
  const socket = await openWireSocket({ local: endpointOf("127.0.0.1", 0)! });
  const views = new Map<Uint8Array, DataView>();
  const sink = node.links.sinkOf("in");
  socket.onDatagram = (octets, offset, end) => {
    to.link.door ??= new WireDoor(socket, socket.source.toEndpoint());
    const view = views.get(octets) ?? viewOf(octets);
    views.set(octets, view);
    sink.handleFrames(octets, view, offset, end, clock.now());
    return end;
  };
  return [socket.local.port];
}
process.once("SIGTERM", () => process.exit(0));
