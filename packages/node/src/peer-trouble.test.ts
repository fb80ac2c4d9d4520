import { tokenFrom } from "@flor/wire";
import { expect, test } from "vitest";
import { Adjacency } from "./adjacency.ts";
import { Neighbour } from "./neighbour.ts";
import { NodeLink } from "./node-link.ts";
import { adjacencyTrouble, type Known } from "./peer-trouble.ts";
import { recordingDoor } from "./recording-door.testing.ts";
import { TransitQueue } from "./transit-queue.ts";

const PLACE = "192.0.2.7:4600";

function known(): Known {
  return {
    identity: { id: "flor1qqqqqqqqqq" },
    knocks: { problemOf: () => undefined },
    reach: { silentSince: () => 0 },
  } as unknown as Known;
}

/** An adjacency of `link` to `name` at an address. */
function dial(link: NodeLink, name: string, address: string, alive: boolean): Adjacency {
  const port = link.adjacencies.size + 1;
  const adjacency = new Adjacency(link, name, tokenFrom(new Uint8Array(8).fill(port)), port);
  Object.assign(adjacency, {
    address,
    alive,
    portUp: true,
    neighbour: new Neighbour(name, new Uint8Array(32), name, []),
  });
  link.adjacencies.set(name, adjacency);
  return adjacency;
}

test("a peer that is dialled where another one answers has a wrong address or id here", () => {
  const link = new NodeLink("wan", "udp", new TransitQueue());
  link.door = recordingDoor();
  const lost = dial(link, "lost", PLACE, false);
  const unanswered = /^192\.0\.2\.7:4600 has not answered for 5 s: is lost up/;
  expect(adjacencyTrouble(known(), "lost", lost, 5000)).toMatch(unanswered);
  dial(link, "elsewhere", "192.0.2.8:4600", true);
  dial(link, "silent", PLACE, false);
  expect(adjacencyTrouble(known(), "lost", lost, 5000)).toMatch(unanswered);
  dial(link, "vm", PLACE, true);
  expect(adjacencyTrouble(known(), "lost", lost, 5000)).toBe(
    "vm answers at 192.0.2.7:4600, and lost does not: is the address of lost wrong here, or its id?",
  );
});
