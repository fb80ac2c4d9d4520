import type { Inbound } from "@flor/flows";
import { afterEach, expect, it } from "vitest";
import { MemorySocket, type MemoryNode, startNode } from "./memory-network.testing.ts";
import { NEGOTIATION_MAX_MS } from "./receptions.ts";

const START = 1000;
const FAREWELL_MS = 2000;
let node: MemoryNode;

afterEach(() => node.stop());

/** A way in that refuses everybody who says a word. */
const refusing: Inbound = {
  kind: "test",
  converse: (socket) => ({
    handleOctets(octets) {
      if (octets.length === 0) return { state: "incomplete" };
      socket.write(Uint8Array.of(0xff));
      return { state: "refused", reason: "test" };
    },
  }),
};

async function ingress(): Promise<MemoryNode["node"]["ingress"]> {
  node = await startNode("laptop", [], { links: [] });
  return node.node.ingress;
}

/** A client that has connected, and said nothing. */
function connected(at: number): MemorySocket {
  const socket = new MemorySocket();
  node.node.accept(socket, refusing, at);
  return socket;
}

it("lets clients go that do not finish their handshake, each in its time", async () => {
  const clients = await ingress();
  expect(clients.nextTimeout()).toBeUndefined();
  const [first, second] = [connected(START), connected(START + 500)];
  expect(clients.nextTimeout()).toBe(START + NEGOTIATION_MAX_MS);
  clients.handleTimeout(START + NEGOTIATION_MAX_MS);
  expect([first.isReset, second.isReset]).toEqual([true, false]);
  expect(clients.nextTimeout()).toBe(START + 500 + NEGOTIATION_MAX_MS);
  clients.handleTimeout(START + 500 + NEGOTIATION_MAX_MS);
  expect([second.isReset, clients.nextTimeout()]).toEqual([true, undefined]);
});

it("has nothing to wait for when its clients left, once it has looked", async () => {
  const clients = await ingress();
  connected(START).listener?.handleReset("ECONNRESET");
  connected(START).listener?.handleEnd();
  clients.handleTimeout(START + NEGOTIATION_MAX_MS);
  expect(clients.nextTimeout()).toBeUndefined();
});

it("gives a refused client a shorter time than one that negotiates, and reads on meanwhile", async () => {
  const clients = await ingress();
  const [silent, refused] = [connected(START), connected(START)];
  refused.listener?.handleOctets(Uint8Array.of(1));
  refused.listener?.handleOctets(Uint8Array.of(2));
  expect([refused.received, refused.isEnded, refused.isReset]).toEqual([[0xff], true, false]);
  expect(clients.nextTimeout()).toBe(START + FAREWELL_MS);
  clients.handleTimeout(START + FAREWELL_MS);
  expect([silent.isReset, refused.isReset]).toEqual([false, true]);
  expect(clients.nextTimeout()).toBe(START + NEGOTIATION_MAX_MS);
});
