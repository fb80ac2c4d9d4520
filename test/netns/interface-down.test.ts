/** An interface that is down for a while: flows go on, and new ones open, soon after it is back. */
import { setTimeout as sleep } from "node:timers/promises";
import { connectVeth, startServer } from "@flor/testkit";
import { expect, test } from "vitest";
import { TwoNamespaces } from "./two-namespaces.ts";

const DOWN_MS = 20_000;

test("a node is back soon after its interface, which was down for twenty", async () => {
  let device = "";
  await using network = await TwoNamespaces.open({
    connect: async (left, right) => {
      [device] = await connectVeth(left, right);
    },
  });
  const { left, right, near, address } = network;
  await using _server = await startServer(right, { kind: "http", host: address, port: 80, pages: { "/": "here" } });
  const link = await near.waitFor(({ links }) => links[0]?.pid, "its link's process");
  await left.ip("link", "set", device, "down");
  const isTold = ({ peers }: { peers: readonly { reason: string | undefined }[] }): boolean =>
    peers[0]?.reason?.includes("this machine has no route there") === true;
  await near.waitFor(isTold, "the peer is silent, and status says why");
  await sleep(DOWN_MS);
  await left.ip("link", "set", device, "up");
  // Seconds on an idle machine; recovery.test.ts of the node is exact, in virtual time.
  await near.waitFor(({ peers }) => peers[0]?.state === "up", "the peer is up again");
  const page = await left.run(
    "curl",
    "-sS",
    "--max-time",
    "200",
    "--socks5-hostname",
    "127.0.0.1:1080",
    `http://${address}/`,
  );
  expect(page).toBe("here");
  expect(await near.waitFor(({ links }) => links[0]?.pid, "its link's process")).toBe(link);
});

test("a cable that is pulled at the other end is told by the link, which lives on, and so is its return", async () => {
  let device = "";
  await using network = await TwoNamespaces.open({
    connect: async (left, right) => {
      [, device] = await connectVeth(left, right);
    },
  });
  const { right, near } = network;
  const link = await near.waitFor(({ links }) => links[0]?.pid, "its link's process");
  await right.ip("link", "set", device, "down");
  // Hellos find it out too, but they know nothing of a cable.
  const isTold = ({ peers }: { peers: readonly { reason: string | undefined }[] }): boolean =>
    peers[0]?.reason?.includes("its cable is out") === true;
  await near.waitFor(isTold, "status says that the cable is out");
  await right.ip("link", "set", device, "up");
  await near.waitFor(({ peers }) => peers[0]?.state === "up", "the peer is up again");
  await near.waitFor(({ links }) => links[0]?.reported["port-mended"] === 1, "the link's figures tell of both");
  expect(await near.waitFor(({ links }) => links[0]?.pid, "its link's process")).toBe(link);
});
