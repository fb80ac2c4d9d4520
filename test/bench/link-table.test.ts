import { expect, test } from "vitest";
import { formatLinkTable } from "./link-table.ts";
import type { LinkLine, Peer } from "./peers/peer.ts";
import { Results } from "./results.ts";

const peerNamed = (name: string, link?: LinkLine): Peer => ({
  name,
  missing: () => undefined,
  start: async () => Promise.reject(new Error("not started here")),
  ...(link === undefined ? {} : { link }),
});
const udp = peerNamed("flor", { title: "`udp`", needs: "–" });

test("links are compared with udp and with no link at all, and those that were not measured are left out", () => {
  const results = new Results();
  results.add("links", "direct", { "Mbit/s": 40_000, "round trip ms": 0.25 });
  results.add("links", "flor", { "Mbit/s": 1000, "round trip ms": 0.5, "MTU octets": 16_384 });
  results.add("links", "link-exec", { "Mbit/s": 250, "round trip ms": 0.75, "MTU octets": 1472 });
  const exec = peerNamed("link-exec", { title: "`exec`", needs: "ssh" });
  const absent = peerNamed("link-c", { title: "c", needs: "gcc" });
  expect(`\n${formatLinkTable(results.lines(), [peerNamed("direct"), udp, exec, absent])}\n`).toBe(`
| link   | needs installed | throughput | added round trip, ms | MTU, octets |
| ------ | --------------- | ---------: | -------------------: | ----------: |
| \`udp\`  | –               |          1 |                 0.25 |       16384 |
| \`exec\` | ssh             |       0.25 |                  0.5 |        1472 |
`);
});

test("without measured links there is no table", () => {
  const results = new Results();
  results.add("download", "flor", { "Mbit/s": 1000 });
  expect(formatLinkTable(results.lines(), [udp])).toBeUndefined();
});
