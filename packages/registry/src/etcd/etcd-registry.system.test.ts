/** The registry against a real etcd (Debian's etcd-server) that is killed, stopped and compacted. */
import { verify } from "@flor/quic/identity";
import { sealRecord } from "@flor/service";
import { requireTools } from "@flor/testkit";
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { publisherOf, recordOf, signerOf, Watching } from "../records.testing.ts";
import { recordPath } from "../signed-records.ts";
import { EtcdRegistry } from "./etcd-registry.ts";
import { EtcdServer } from "./etcd-server.testing.ts";

let etcd: EtcdServer;
let folder: string;
const registries: EtcdRegistry[] = [];

beforeEach(async () => {
  requireTools(["etcd"]);
  etcd = await EtcdServer.start();
  folder = mkdtempSync(join(tmpdir(), "flor-registry-"));
});

afterEach(async () => {
  await Promise.all(registries.splice(0).map((registry) => registry.close()));
  await etcd.close();
  rmSync(folder, { recursive: true });
});

function open(
  number: number,
  watching = new Watching(),
  more: { snapshotFile?: string; endpoints?: string[] } = {},
): EtcdRegistry {
  const options = { endpoints: [etcd.endpoint], network: "team", sign: signerOf(publisherOf(number)), verify, ...more };
  const registry = new EtcdRegistry(options, watching);
  registries.push(registry);
  return registry;
}

const serials = (registry: EtcdRegistry): number[] =>
  registry
    .records()
    .map(({ serial }) => serial)
    .toSorted((a, b) => a - b);
const eventually = (check: () => void): Promise<void> => vi.waitFor(check, { timeout: 200_000, interval: 50 });

test("what one publishes the others see, changed and withdrawn", async () => {
  const [publisher, reader] = [open(1), open(2)];
  publisher.publish(recordOf(publisherOf(1), { serial: 1 }));
  await eventually(() => expect(serials(reader)).toEqual([1]));
  publisher.publish(recordOf(publisherOf(1), { serial: 2 }));
  await eventually(() => expect(serials(reader)).toEqual([2]));
  publisher.withdraw(recordOf(publisherOf(1)));
  await eventually(() => expect(serials(reader)).toEqual([]));
  await eventually(() => expect(reader.status()).toMatchObject({ kind: "etcd", state: "current", refused: 0 }));
});

test("ten times killed and started again, etcd loses nobody's record and every change arrives", async () => {
  const [publisher, reader] = [open(1), open(2)];
  for (let serial = 1; serial <= 10; serial += 1) {
    publisher.publish(recordOf(publisherOf(1), { serial }));
    await eventually(() => expect(serials(reader)).toEqual([serial]));
    await etcd.signal("SIGKILL");
    expect(serials(reader)).toEqual([serial]);
    await etcd.run();
  }
  await eventually(() => expect(reader.status().state).toBe("current"));
});

test("while etcd is away the records stay, also for a reader that starts then, and since when is said", async () => {
  const snapshotFile = join(folder, "state", "registry.json");
  const publisher = open(1);
  publisher.publish(recordOf(publisherOf(1), { serial: 7 }));
  const reader = open(2, new Watching(), { snapshotFile });
  await eventually(() => expect(readFileSync(snapshotFile, "utf8")).toContain("/flor/team/services/db/"));
  expect(statSync(snapshotFile).mode & 0o777).toBe(0o600);
  await etcd.signal("SIGKILL");
  await eventually(() => expect(reader.status().state).toBe("stale"));
  const watching = new Watching();
  const late = open(3, watching, { snapshotFile });
  expect([serials(reader), serials(late)]).toEqual([[7], [7]]);
  await eventually(() => expect(watching.logged.join()).toContain(`etcd at ${etcd.endpoint}`));
  await etcd.run();
  await eventually(() => expect(late.status()).toMatchObject({ state: "current", reason: "" }));
});

test("an etcd that stops answering is noticed, and what changed meanwhile is seen when it answers again", async () => {
  const reader = open(2);
  await eventually(() => expect(reader.status().state).toBe("current"));
  await etcd.signal("SIGSTOP");
  await eventually(() => expect(reader.status().state).toBe("stale"));
  await etcd.signal("SIGCONT");
  const record = recordOf(publisherOf(1), { serial: 3 });
  await etcd.put(recordPath(record), sealRecord(record, signerOf(publisherOf(1))));
  await eventually(() => expect(serials(reader)).toEqual([3]));
});

test("a reader that was cut off while etcd compacted reads everything again", async () => {
  const reader = open(2);
  const put = async (serial: number): Promise<void> => {
    const record = recordOf(publisherOf(1), { serial });
    await etcd.put(recordPath(record), sealRecord(record, signerOf(publisherOf(1))));
  };
  await put(1);
  await eventually(() => expect(serials(reader)).toEqual([1]));
  await etcd.signal("SIGSTOP");
  await eventually(() => expect(reader.status().state).toBe("stale"));
  await etcd.signal("SIGCONT");
  for (let serial = 2; serial <= 5; serial += 1) await put(serial);
  await etcd.compact();
  await eventually(() => expect(serials(reader)).toEqual([5]));
});

test("the record of a publisher that was killed goes with its lease", async () => {
  const reader = open(2);
  const program = join(import.meta.dirname, "publish.testing.ts");
  const child = spawn(process.execPath, [program, etcd.endpoint, "1"], { stdio: "ignore" });
  await eventually(() => expect(serials(reader)).toEqual([1]));
  child.kill("SIGKILL");
  await eventually(() => expect(serials(reader)).toEqual([]));
});

test("a value that is no publisher's record is refused and named, and the others stand", async () => {
  const watching = new Watching();
  const reader = open(2, watching);
  const record = recordOf(publisherOf(1));
  const path = recordPath(record);
  await etcd.put(path.replace("/db/", "/web/"), sealRecord(record, signerOf(publisherOf(1))));
  await etcd.put("/flor/team/services/junk", Buffer.from("junk"));
  await etcd.put(path, sealRecord(record, signerOf(publisherOf(1))));
  await eventually(() => expect(serials(reader)).toEqual([1]));
  // More where the watch was lost, and all was read again.
  expect(reader.status().refused).toBeGreaterThanOrEqual(2);
  expect(watching.logged.join()).toContain("/flor/team/services/junk");
});

test("the next endpoint is taken where one does not answer", async () => {
  const reader = open(2, new Watching(), { endpoints: ["127.0.0.1:1", etcd.endpoint] });
  await eventually(() => expect(reader.status().state).toBe("current"));
});
