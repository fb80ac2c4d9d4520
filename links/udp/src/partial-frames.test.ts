import { expect, test } from "vitest";
import { PartialFrame } from "./partial-frame.ts";
import {
  PARTIAL_FRAMES_MAX,
  PARTIAL_FRAMES_PER_PORT_MAX,
  PartialFrames,
  STRANGERS_PARTIAL_FRAMES_MAX,
} from "./partial-frames.ts";
import type { UdpPort } from "./udp-port.ts";

function portOf(number: number, isProvisional: boolean): UdpPort {
  return { number, isProvisional, partialFrames: 0 } as UdpPort;
}

const frame = (port: UdpPort, id: number): PartialFrame => new PartialFrame(port, id, 100, 1000);

test("strangers hold 32 frames in parts together, and crowd out each other alone", () => {
  const frames = new PartialFrames();
  const neighbour = portOf(1, false);
  frames.hold(frame(neighbour, 1));
  const strangers = Array.from({ length: STRANGERS_PARTIAL_FRAMES_MAX + 1 }, (_, n) => portOf(10 + n, true));
  expect(strangers.slice(0, -1).map((port) => frames.hold(frame(port, 1)))).not.toContain(1);
  expect(frames.hold(frame(strangers.at(-1)!, 1))).toBe(1);
  expect([frames.get(neighbour, 1), frames.get(strangers[0]!, 1)]).toEqual([expect.anything(), undefined]);
});

test("a port holds 32 frames in parts, and all together 128", () => {
  const frames = new PartialFrames();
  const ports = Array.from({ length: 5 }, (_, n) => portOf(n, false));
  let crowdedOut = 0;
  for (const port of ports.slice(0, 4))
    for (let id = 0; id < PARTIAL_FRAMES_PER_PORT_MAX; id += 1) crowdedOut += frames.hold(frame(port, id));
  expect([crowdedOut, frames.size]).toEqual([0, PARTIAL_FRAMES_MAX]);
  expect([frames.hold(frame(ports[0]!, 99)), frames.size]).toEqual([1, PARTIAL_FRAMES_MAX]);
  expect([frames.hold(frame(ports[4]!, 1)), frames.size]).toEqual([1, PARTIAL_FRAMES_MAX]);
});
