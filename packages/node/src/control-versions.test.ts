/** Neighbours of another release: an older one is understood, and one that breaks the protocol is not dialled in a storm. */
import type { ControlMessage } from "@flor/wire";
import { beforeEach, expect, it } from "vitest";
import { peerOf } from "./memory-network.testing.ts";
import { StagedNetwork, type StagedNode } from "./staged-network.testing.ts";

let net: StagedNetwork;
let near: StagedNode;
let far: StagedNode;

beforeEach(() => {
  net = new StagedNetwork();
  near = net.add("near", { peers: [peerOf("far", { link: "wan", address: "f" })] });
  far = net.add("far", { peers: [peerOf("near", { link: "wan", address: "n" })] });
});

/** What `node` says on its control connections becomes what `change` makes of it; how many connections it had. */
function changeWords(
  { node }: StagedNode,
  change: (message: ControlMessage) => ControlMessage | undefined,
): { connections: number } {
  const { messages } = node.control;
  const count = { connections: 0 };
  const open = messages.open.bind(messages);
  messages.open = (control, neighbour, now) => {
    count.connections += 1;
    const send = control.send.bind(control);
    control.send = (message) => {
      const changed = change(message);
      return changed === undefined || send(changed);
    };
    open(control, neighbour, now);
  };
  return count;
}

const withVersion = (version: number) => (message: ControlMessage) =>
  message.introduction ? { introduction: { ...message.introduction, version } } : message;

it.each([1, 3])("a neighbour that says version %i is up", (version) => {
  changeWords(far, withVersion(version));
  net.connect(near, { address: "f" }, far, { address: "n" });
  net.run(3000);
  expect(net.peerStatus(near, "far").state).not.toMatch(/silent|unreachable/);
});

it("a neighbour of version 1 is sent advertisements alone once that is known", () => {
  const heard: ControlMessage[] = [];
  changeWords(far, withVersion(1));
  let isKnown = false;
  changeWords(near, (message) => {
    if (isKnown) heard.push(message);
    return message;
  });
  net.connect(near, { address: "f" }, far, { address: "n" });
  net.run(3000);
  isKnown = true;
  net.run(700_000);
  expect(heard.some(({ summary, request, membershipSummary }) => summary ?? request ?? membershipSummary)).toBe(false);
});

it("one that breaks the protocol at once is dialled less and less often, and status says why", () => {
  const count = changeWords(far, withVersion(0));
  net.connect(near, { address: "f" }, far, { address: "n" });
  net.run(20_000);
  // Both ends dial: after 250 ms, doubling.
  expect(count.connections).toBeLessThan(25);
  expect(net.peerStatus(near, "far").reason).toMatch(
    /this node turned far away \d+ s ago: introduction without a version/,
  );
  expect(net.peerStatus(far, "near").reason).toMatch(
    /near turned this node away \d+ s ago: introduction without a version/,
  );
});
