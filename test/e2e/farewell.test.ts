/** A node that stops says so, every time: its neighbour need not find out by silence. */
import { freePort, NodeProcess } from "@flor/testkit";
import { expect, test } from "vitest";

const STOPS = 6;

test("a neighbour hears each time that a node stops", async () => {
  await using near = await NodeProcess.prepare("near");
  await using far = await NodeProcess.prepare("far");
  const port = await freePort();
  await near.up({
    links: [{ name: "wan", kind: "udp", listen: "127.0.0.1:0" }],
    peers: [{ name: "far", id: far.id, link: "wan", address: `127.0.0.1:${port}` }],
  });
  const config = {
    links: [{ name: "wan", kind: "udp", listen: `127.0.0.1:${port}` }],
    peers: [{ name: "near", id: near.id, link: "wan" }],
  };
  for (let stops = 1; stops <= STOPS; stops += 1) {
    await far.up(config);
    await near.waitForPeer("far");
    await far.process.stop();
    const isTold = (reason: string | undefined): boolean => reason?.includes("that it stops") === true;
    await near.waitFor(({ peers }) => isTold(peers[0]?.reason), `far said for the ${stops}th time that it stops`);
  }
  expect(near.process.isRunning).toBe(true);
});
