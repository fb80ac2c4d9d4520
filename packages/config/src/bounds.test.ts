import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ConfigFolder, head, homeId } from "./config-folder.testing.ts";
import { CONFIG_MAX_OCTETS } from "./config-file.ts";

let folder: ConfigFolder;

beforeEach(() => {
  folder = new ConfigFolder();
});

afterEach(() => {
  folder[Symbol.dispose]();
});

const links = "links: [{ name: wan, kind: udp }]\n";

function filled(text: string, octets: number): string {
  return `${text}#${"x".repeat(octets - text.length - 2)}\n`;
}

function viaOf(nodes: number): string {
  const via = Array.from({ length: nodes }, (_, number) => `n${number}`).join(", ");
  const between = Array.from({ length: nodes }, (_, number) => `  - { name: n${number}, id: x, link: wan }\n`).join("");
  return `${head}${links}peers:\n${between}  - { name: far, id: "${homeId}", via: [${via}] }\n`;
}

test("a file of a mebibyte is read, and one octet more is refused", () => {
  expect(folder.issuesOf(filled(head, CONFIG_MAX_OCTETS))).toEqual([]);
  expect(folder.issuesOf(filled(head, CONFIG_MAX_OCTETS + 1))).toEqual(["flor.yaml: is larger than 1048576 octets"]);
});

test("a key file of more than 16 KiB is refused unread", () => {
  writeFileSync(join(folder.path, "laptop.key"), "x".repeat(16_385), { mode: 0o600 });
  expect(folder.issuesOf(head)).toEqual([expect.stringContaining("is larger than 16384 octets")]);
});

test("a list has 1,024 items at most", () => {
  const routes = (count: number): string => `${head}routes:\n${'  - { to: "*", through: nobody }\n'.repeat(count)}`;
  const said = "flor.yaml:3:1 routes: must have at most 1024 items";
  expect(folder.issuesOf(routes(1024))).not.toContain(said);
  expect(folder.issuesOf(routes(1025))).toContain(said);
});

test("a peer is reached over 15 nodes at most, and a node belongs to 16 networks at most", () => {
  const isTooMany = (text: string, most: number): boolean =>
    folder.issuesOf(text).some((issue) => issue.includes(`must have at most ${most} items`));
  expect([isTooMany(viaOf(15), 15), isTooMany(viaOf(16), 15)]).toEqual([false, true]);
  const networks = (count: number): string => `${head}networks:\n${"  - { name: n, root: x }\n".repeat(count)}`;
  expect([isTooMany(networks(16), 16), isTooMany(networks(17), 16)]).toEqual([false, true]);
});
