import type { DatagramDrop } from "@flor/flows";
import { Cause, type Destination, encodeRemote } from "@flor/wire";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { EgressDatagrams, FLOW_DESTINATIONS_MAX, type JudgedRemote, REPORTS_PER_SECOND } from "./egress-datagrams.ts";

beforeEach(() => void vi.useFakeTimers({ toFake: ["performance"] }));
afterEach(() => void vi.useRealTimers());

interface Stage {
  readonly flow: EgressDatagrams;
  /** Last octets of the addresses that were judged, in order. */
  readonly judged: number[];
  readonly drops: DatagramDrop[];
  readonly send: (n: number) => void;
}

function stage(verdict: JudgedRemote): Stage {
  const judged: number[] = [];
  const drops: DatagramDrop[] = [];
  const flow = new EgressDatagrams({
    remote: undefined,
    judge: ({ port }) => (judged.push(port), verdict),
    rules: () => "the same",
    drop: (reason) => void drops.push(reason),
    handleClosed: () => {},
  });
  const send = (port: number): void => {
    const to: Destination = { target: { kind: "address", address: Uint8Array.of(192, 0, 2, 1) }, port };
    const remote = encodeRemote(to);
    const octets = new Uint8Array([...remote, 1]);
    flow.handleDatagram(octets, 0, remote.length, octets.length);
  };
  return { flow, judged, drops, send };
}

it("a flow remembers 256 destinations, and judges the oldest again when there are more", () => {
  const { judged, send } = stage({ endpoint: { host: "192.0.2.1", port: 1 } as never });
  const numbers = Array.from({ length: FLOW_DESTINATIONS_MAX }, (_, n) => n + 1);
  for (const n of [...numbers, ...numbers]) send(n);
  expect(judged).toEqual(numbers);
  send(1000);
  send(2);
  expect(judged.slice(numbers.length)).toEqual([1000]);
  send(1);
  expect(judged.slice(numbers.length)).toEqual([1000, 1]);
});

it("a client is told ten times a second of destinations that it does not reach, and the others are counted", () => {
  const { flow, drops, send } = stage({ cause: Cause.NAME_NOT_FOUND, text: "no such name" });
  const reports = vi.spyOn(flow.end, "report").mockImplementation(() => {});
  for (let n = 1; n <= REPORTS_PER_SECOND + 5; n += 1) send(n);
  expect([reports.mock.calls.length, drops.length]).toEqual([REPORTS_PER_SECOND, REPORTS_PER_SECOND + 5]);
  vi.advanceTimersByTime(1000);
  for (let n = 101; n <= 100 + REPORTS_PER_SECOND + 5; n += 1) send(n);
  expect(reports.mock.calls).toHaveLength(2 * REPORTS_PER_SECOND);
});
