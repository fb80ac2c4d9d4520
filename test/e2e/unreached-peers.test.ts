/** What a real udp link finds out about neighbours that it does not reach, and where people read it. */
import { createIdentity } from "@flor/quic";
import { freePort, flor, NodeProcess } from "@flor/testkit";
import { expect, test } from "vitest";

const idOf = (octet: number): string => createIdentity(new Uint8Array(32).fill(octet)).id;

test("a node says of each peer why it is not reached, in status and in the log", async () => {
  await using node = await NodeProcess.prepare("laptop");
  const closed = `127.0.0.1:${await freePort()}`;
  await node.up({
    links: [{ name: "wan", kind: "udp", listen: "127.0.0.1:0" }],
    peers: [
      { name: "closed", id: idOf(1), link: "wan", address: closed },
      { name: "nameless", id: idOf(2), link: "wan", address: "nowhere.invalid:4600" },
      { name: "six", id: idOf(3), link: "wan", address: "[::1]:4600" },
    ],
  });
  const reasons = {
    closed: `${closed}: nothing listens there (ICMP: port unreachable)`,
    nameless: '"nowhere.invalid" cannot be resolved',
    six: '"::1" is an IPv6 address, and this link listens on IPv4: listen on [::]',
  };
  for (const [peer, reason] of Object.entries(reasons)) {
    const isTold = ({ reason: told }: { reason: string | undefined }): boolean => told?.includes(reason) === true;
    await node.waitFor(({ peers }) => peers.some((one) => one.name === peer && isTold(one)), reason);
  }
  const logged = (reason: string): boolean => node.process.output.includes(JSON.stringify(reason).slice(1, -1));
  for (const reason of Object.values(reasons)) await expect.poll(() => logged(reason), { message: reason }).toBe(true);
  const shown = (await flor(["status", "--node", "laptop"], node)).stdout;
  for (const peer of Object.keys(reasons)) expect(shown).toMatch(new RegExp(`! peer ${peer} is unreachable`));
  expect(shown).toContain("0 of 3 ports up");
});
