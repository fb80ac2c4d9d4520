/** Echoes of one node at their bounds, without a network. */
import { IncomingLabelMap } from "@flor/label";
import { FRAME_HEADER_OCTETS, LABEL_STACK_ENTRY_OCTETS, tokenFrom } from "@flor/wire";
import { expect, test } from "vitest";
import { Adjacency } from "./adjacency.ts";
import { decodeEcho, encodeEchoRequest } from "./echo.ts";
import { ECHO_RUNS_MAX, type EchoOutcome, Echoes, ECHOES_WAITING_MAX } from "./echoes.ts";
import type { NextHop } from "./forward.ts";
import { Neighbour } from "./neighbour.ts";
import { NodeLink } from "./node-link.ts";
import { recordingDoor, type RecordingDoor } from "./recording-door.testing.ts";
import { TransitQueue } from "./transit-queue.ts";

const TIMEOUT_MS = 1000;

interface Stage {
  readonly echoes: Echoes;
  readonly door: RecordingDoor;
  readonly adjacency: Adjacency;
  /** Leads to the neighbour. */
  readonly label: number;
}

function stage(): Stage {
  const link = new NodeLink("wan", "udp", new TransitQueue());
  const door = recordingDoor();
  link.door = door;
  const adjacency = new Adjacency(link, "a", tokenFrom(new Uint8Array(8).fill(1)), 1);
  Object.assign(adjacency, { port: 1, portUp: true, alive: true, mtu: 16_384, peerToken: adjacency.localToken });
  const neighbour = new Neighbour("key", new Uint8Array(32), "b", []);
  neighbour.adjacencies.add(adjacency);
  adjacency.neighbour = neighbour;
  neighbour.best = adjacency;
  const labels = new IncomingLabelMap<NextHop>(0);
  const label = labels.bind({ nextHop: { neighbour }, push: [] }, 0) ?? -1;
  return { echoes: new Echoes(labels), door, adjacency, label };
}

const runOf = (n: number): string => n.toString(16).padStart(16, "0");

test("1,024 echoes wait for their replies, and one more is not sent until one is over", () => {
  const { echoes, door, adjacency } = stage();
  const outcomes: EchoOutcome[] = [];
  const ask = (sequence: number, now: number): void => {
    const request = { run: runOf(1), sequence, back: [20, 21], isWhole: false, octets: 0 };
    echoes.ask(request, { via: adjacency, stack: [17] }, TIMEOUT_MS, now, (outcome) => void outcomes.push(outcome));
  };
  for (let sequence = 0; sequence < ECHOES_WAITING_MAX; sequence += 1) ask(sequence, 0);
  expect([outcomes.length, door.frames.length]).toEqual([0, ECHOES_WAITING_MAX]);
  ask(ECHOES_WAITING_MAX, 0);
  expect(outcomes).toEqual([{ problem: "too many echoes wait for their replies" }]);
  expect(door.frames).toHaveLength(ECHOES_WAITING_MAX);
  echoes.handleTimeout(TIMEOUT_MS);
  expect(outcomes).toHaveLength(1 + ECHOES_WAITING_MAX);
  ask(ECHOES_WAITING_MAX, TIMEOUT_MS);
  expect(door.frames).toHaveLength(ECHOES_WAITING_MAX + 1);
});

test("the echoes of 256 runs are counted, and of more the run heard longest ago begins at one again", () => {
  const { echoes, door, adjacency, label } = stage();
  let now = 0;
  const reached = (run: number): number | undefined => {
    // Slowly enough for the neighbour's budget.
    now += 20;
    const octets = encodeEchoRequest({ run: runOf(run), sequence: now, back: [label, 30], isWhole: false, octets: 0 });
    echoes.handlePayload(octets, 0, octets.length, adjacency, now);
    const frame = door.frames.at(-1) ?? new Uint8Array(0);
    const reply = decodeEcho(frame, FRAME_HEADER_OCTETS + LABEL_STACK_ENTRY_OCTETS, frame.length);
    return reply !== undefined && "reached" in reply && reply.run === runOf(run) ? reply.reached : undefined;
  };
  for (let run = 0; run < ECHO_RUNS_MAX; run += 1) expect(reached(run)).toBe(1);
  expect(reached(0)).toBe(2);
  // Run 1 has been silent for longest now.
  expect(reached(ECHO_RUNS_MAX)).toBe(1);
  expect([reached(2), reached(0), reached(1)]).toEqual([2, 3, 1]);
});
