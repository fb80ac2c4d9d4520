import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { HostsFile, parseHosts } from "./hosts-file.ts";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "flor-hosts-"));
});
afterEach(() => rm(folder, { recursive: true }));

it("reads names with all their addresses and skips what is not an entry", () => {
  const hosts = parseHosts(
    "127.0.0.1\tlocalhost Home # comment\r\n#1.2.3.4 hidden\n\n::1 localhost\n127.1 odd\nfe80::1%lo0 zoned\nonlyname\n",
  );
  expect([...hosts.keys()]).toEqual(["localhost", "home"]);
  expect(hosts.get("localhost")?.map(({ length }) => length)).toEqual([4, 16]);
});

it("reads the file again when it changed, and forgets it when it is gone", async () => {
  const path = join(folder, "hosts");
  const hosts = new HostsFile(path);
  expect(await hosts.addressesOf("a", 0)).toBeUndefined();
  await writeFile(path, "192.0.2.1 a\n");
  expect(await hosts.addressesOf("a", 1999)).toBeUndefined();
  expect(await hosts.addressesOf("a", 2000)).toEqual([Uint8Array.of(192, 0, 2, 1)]);
  await writeFile(path, "192.0.2.22 a\n");
  expect(await hosts.addressesOf("a", 4000)).toEqual([Uint8Array.of(192, 0, 2, 22)]);
  await rm(path);
  expect(await hosts.addressesOf("a", 6000)).toBeUndefined();
});

it("does not read a file that is no hosts file by its size", async () => {
  const path = join(folder, "hosts");
  await writeFile(path, `192.0.2.1 a\n${"#".repeat(4 * 1024 * 1024)}`);
  expect(await new HostsFile(path).addressesOf("a", 0)).toBeUndefined();
});
