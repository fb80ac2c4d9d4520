/** Clients that wait for a session to a peer that nobody reaches, in virtual time. */
import { type Cause, causeName } from "@flor/wire";
import { expect, test } from "vitest";
import { MemorySocket, peerOf } from "./memory-network.testing.ts";
import { WAITING_FLOWS_MAX } from "./peer.ts";
import { SESSION_WAIT_MS } from "./session-dials.ts";
import { type StagedNode, StagedNetwork } from "./staged-network.testing.ts";

interface Stage {
  readonly network: StagedNetwork;
  readonly laptop: StagedNode;
}

function stageOf(): Stage {
  const network = new StagedNetwork();
  const laptop = network.add("laptop", { peers: [peerOf("home", { link: "wan", address: "home" })], routeTo: "home" });
  network.run(1000);
  return { network, laptop };
}

/** A client asks for a target through the peer; what it was told, once it was. */
function ask({ network, laptop }: Stage): () => string {
  let outcome = "pending";
  const destination = { target: { kind: "domain", name: "web.example" }, port: 80 } as const;
  const reply = (cause: Cause): void => void (outcome = causeName(cause));
  const own = { network: "tcp", destination, user: undefined, early: new Uint8Array(0) } as const;
  laptop.node.request({ ...own, socket: new MemorySocket(), reply }, network.now);
  return () => outcome;
}

test("a client waits ten seconds for a session, and is told then", () => {
  const stage = stageOf();
  const outcome = ask(stage);
  stage.network.run(SESSION_WAIT_MS - 1);
  expect(outcome()).toBe("pending");
  stage.network.run(2);
  expect(outcome()).not.toBe("pending");
});

test("4,096 clients wait for a session to one peer, and one more is refused at once", () => {
  const stage = stageOf();
  const outcomes = Array.from({ length: WAITING_FLOWS_MAX }, () => ask(stage));
  expect(outcomes.filter((outcome) => outcome() !== "pending")).toEqual([]);
  expect(ask(stage)()).toBe("overloaded");
  stage.network.run(SESSION_WAIT_MS + 1);
  expect(ask(stage)()).toBe("pending");
});
