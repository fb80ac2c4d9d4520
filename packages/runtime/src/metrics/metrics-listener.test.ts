import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { request, type RequestOptions } from "node:http";
import { tmpdir } from "node:os";
import { connect, type Socket } from "node:net";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import type { MetricsConfig } from "@flor/config";
import { type AddressPrefix, parseAddressPrefix } from "@flor/route";
import { afterEach, describe, expect, it } from "vitest";
import { Metrics } from "../parts/metrics.ts";
import {
  METRICS_CLIENTS_MAX,
  METRICS_HEAD_MAX_OCTETS,
  METRICS_REQUEST_MAX_MS,
  openMetricsListener,
} from "./metrics-listener.ts";
import { stagedStatus } from "./staged-status.testing.ts";

interface Answer {
  readonly code: number;
  readonly type: string;
  readonly body: string;
}

const doors: Metrics[] = [];

afterEach(async () => {
  for (const door of doors.splice(0)) await door.close();
});

async function openDoor(config: MetricsConfig): Promise<Metrics> {
  const door = new Metrics(() => stagedStatus);
  doors.push(door);
  await change(door, config);
  return door;
}

async function change(door: Metrics, metrics: MetricsConfig | undefined): Promise<void> {
  await (await door.prepare({ metrics })).commit();
}

function onLoopback(allow?: readonly AddressPrefix[]): MetricsConfig {
  return { listen: { address: "127.0.0.1", port: 0 }, allow };
}

function prefix(of: string): AddressPrefix {
  const parsed = parseAddressPrefix(of);
  if ("error" in parsed) throw new Error(parsed.error);
  return parsed;
}

async function ask(options: RequestOptions): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const sent = request({ host: "127.0.0.1", path: "/metrics", agent: false, ...options }, (response) => {
    const { statusCode: code = 0, headers } = response;
    text(response).then((body) => resolve({ code, type: headers["content-type"] ?? "", body }), reject);
  });
  sent.on("error", reject).end();
  return promise;
}

describe("the metrics of a node", () => {
  it("are read by HTTP, with what the node's status says", async () => {
    const door = await openDoor(onLoopback());
    const { code, type, body } = await ask({ port: door.ports[0] });
    expect([code, type]).toEqual([200, "text/plain; version=0.0.4; charset=utf-8"]);
    for (const line of [
      'flor_build_info{node="laptop",version="0.1.0"} 1',
      'flor_inbound_refused_total{reason="too-many-clients",inbound="proxy [::1]:1080"} 2',
      'flor_peer_up{peer="vm"} 1',
      'flor_peer_up{peer="home"} 0',
      'flor_peer_rtt_seconds{peer="vm"} 0.0125',
      'flor_link_ready{link="attic",kind="exec"} 0',
      'flor_link_drops_total{reason="malformed",link="wan"} 1',
      'flor_link_reported_total{counter="wire.sent-octets",link="wan"} 900',
      'flor_drops_total{reason="session.bad-mac"} 2',
    ])
      expect(body.split("\n").map(sorted)).toContain(sorted(line));
    expect(body).not.toContain("forged");
    expect(body).not.toContain('flor_peer_rtt_seconds{peer="home"}');
  });

  it("are OpenMetrics for a client that asks for that, and the same again afterwards", async () => {
    const door = await openDoor(onLoopback());
    const before = await ask({ port: door.ports[0] });
    const { type, body } = await ask({
      port: door.ports[0],
      headers: { accept: "application/openmetrics-text;version=1.0.0,text/plain;q=0.5" },
    });
    expect(type).toBe("application/openmetrics-text; version=1.0.0; charset=utf-8");
    expect(body).toMatch(/\n# TYPE flor_drops counter\nflor_drops_total\{/);
    expect(body.endsWith("\n# EOF\n")).toBe(true);
    expect((await ask({ port: door.ports[0] })).body).toBe(before.body);
  });

  it("are refused to other addresses, to web pages under their own name, and nothing else is there", async () => {
    const door = await openDoor(onLoopback());
    expect((await ask({ port: door.ports[0], headers: { host: "evil.example" } })).code).toBe(403);
    for (const host of ["localhost:9464", "127.0.0.1", "[::1]:9464"])
      expect((await ask({ port: door.ports[0], headers: { host } })).code).toBe(200);
    expect((await ask({ port: door.ports[0], path: "/" })).code).toBe(404);
    expect((await ask({ port: door.ports[0], method: "POST" })).code).toBe(405);
    await change(door, { listen: { address: "127.0.0.1", port: 0 }, allow: [prefix("192.0.2.0/24")] });
    expect((await ask({ port: door.ports[0] })).code).toBe(403);
    await change(door, { listen: { address: "127.0.0.1", port: 0 }, allow: [prefix("127.0.0.0/8")] });
    expect((await ask({ port: door.ports[0], headers: { host: "flor.example" } })).code).toBe(200);
  });

  it("move to another place, and stay where they are when that cannot be had", async () => {
    const folder = mkdtempSync(join(tmpdir(), "flor-metrics-"));
    const path = join(folder, "metrics.sock");
    try {
      const taken = await openDoor(onLoopback());
      const door = await openDoor(onLoopback());
      const [port = 0] = door.ports;
      await expect(
        change(door, { listen: { address: "127.0.0.1", port: taken.ports[0]! }, allow: undefined }),
      ).rejects.toThrow(/metrics: cannot listen on 127\.0\.0\.1 port \d+ \(EADDRINUSE\)/);
      expect((await ask({ port })).code).toBe(200);
      await change(door, { listen: { path }, allow: undefined });
      await expect(ask({ port })).rejects.toThrow("ECONNREFUSED");
      expect((await ask({ socketPath: path, headers: { host: "anything" } })).code).toBe(200);
      await change(door, undefined);
      expect(existsSync(path)).toBe(false);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

/** A sample's labels have no order. */
function sorted(line: string): string {
  return line.replace(
    /\{(.*)\}/,
    (_, labels: string) =>
      `{${labels
        .split(/,(?=\w+=)/)
        .sort()
        .join(",")}}`,
  );
}

/** Whether in order or not. */
function closed(socket: Socket): Promise<void> {
  return new Promise(
    (resolve) =>
      void socket
        .on("error", () => {})
        .once("close", resolve)
        .resume(),
  );
}

describe("a reader of metrics", () => {
  it("that says nothing is let go when a request should be over", async () => {
    expect(METRICS_REQUEST_MAX_MS).toBe(5000);
    const listener = await openMetricsListener(
      () => onLoopback(),
      () => stagedStatus,
      50,
    );
    const silent = connect(listener.port, "127.0.0.1");
    silent.write("GET /metrics HTTP/1.1\r\n");
    await closed(silent);
    await listener.close();
  });

  it("has a head of 16 KiB at most, and is told by 431 beyond", async () => {
    const port = (await openDoor(onLoopback())).ports[0]!;
    const sent = (octets: number): Promise<Answer> => ask({ port, headers: { "x-padding": "x".repeat(octets) } });
    expect((await sent(METRICS_HEAD_MAX_OCTETS - 512)).code).toBe(200);
    expect((await sent(METRICS_HEAD_MAX_OCTETS)).code).toBe(431);
  });

  it("is one of sixteen, and there is room when one leaves", async () => {
    const port = (await openDoor(onLoopback())).ports[0]!;
    const readers = Array.from({ length: METRICS_CLIENTS_MAX }, () => connect(port, "127.0.0.1"));
    await Promise.all(readers.map((reader) => once(reader, "connect")));
    const late = connect(port, "127.0.0.1");
    await closed(late);
    for (const reader of readers) reader.destroy();
    await expect.poll(async () => (await ask({ port }).catch(() => undefined))?.code).toBe(200);
  });
});
