import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { attachToLower } from "./attach-to-lower.ts";
import { READ_INTERVAL_MS } from "./northbound-lines.ts";
import { NORTHBOUND_LINE_MAX_OCTETS } from "./northbound-protocol.ts";

const silent = { bootstrapLine: "{}\n", handleLine: (): void => {} };
const ATTACHED = '{"attached":true,"node":"l1"}\n';

let folder: string;
let server: Server | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "flor-attach-"));
  vi.stubEnv("XDG_RUNTIME_DIR", folder);
});

afterEach(() => {
  server?.close();
  server = undefined;
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

/** Serves a socket that runs `answer` for every client; resolves to its path. */
async function serve(answer: (client: Socket) => void): Promise<string> {
  const path = join(folder, "lower.socket");
  server = createServer((client) => {
    client.on("error", () => {});
    client.once("data", () => answer(client));
  }).listen(path);
  await once(server, "listening");
  return path;
}

/** Attaches; the lines that came after the answer are collected. */
function attach(socket: string, lines: string[] = []): Promise<Socket> {
  return attachToLower({ socket }, { ...silent, handleLine: (line) => void lines.push(line) });
}

describe("what a lower node says", () => {
  test("is taken line by line, however it is cut, and the newest stands", async () => {
    const lines: string[] = [];
    const path = await serve((client) => client.write(`${ATTACHED}one\ntwo\nthr`, () => client.end("ee\n")));
    const connection = await attach(path, lines);
    await once(connection, "close");
    expect(lines.at(-1)).toBe("three");
    expect(lines).not.toContain("one");
  });

  test.each([
    ["with its end", "\n"],
    ["without end", ""],
  ])("ends the connection when it is a line too long, %s", async (_what, end) => {
    const lines: string[] = [];
    const path = await serve((client) =>
      client.write(`${ATTACHED}${"x".repeat(NORTHBOUND_LINE_MAX_OCTETS + 1)}${end}`),
    );
    const connection = await attach(path, lines).catch(() => undefined);
    if (connection !== undefined && !connection.closed) await once(connection, "close");
    expect(lines).toEqual([]);
  });

  test("is read now and then, and the newest of many lines looked at, when it has no end", async () => {
    const path = await serve((client) => {
      const flood = (): void => {
        while (client.write("x\n".repeat(32_768)));
        client.once("drain", flood);
      };
      client.write(ATTACHED);
      flood();
    });
    const looks: string[] = [];
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const handleLine = (line: string): void => void looks.push(line);
    const connection = await attachToLower({ socket: path }, { ...silent, handleLine });
    while (looks.length < 4) {
      const before = looks.length;
      vi.advanceTimersByTime(READ_INTERVAL_MS);
      for (let turn = 0; turn < 100; turn += 1) await setImmediate();
      expect(looks.length - before).toBeLessThanOrEqual(1);
    }
    connection.destroy();
    vi.useRealTimers();
  });
});

describe("says what to do", () => {
  test("when the node does not run", async () => {
    await expect(attachToLower({ node: "l1", northbound: "team" }, silent)).rejects.toThrow(
      `no node serves ${folder}/flor/l1+team.north: start node l1`,
    );
    await expect(attach("/nowhere/team.socket")).rejects.toThrow(
      "no node serves /nowhere/team.socket: start the one whose northbound has this socket",
    );
  });

  test("when a node was killed and left its socket", async () => {
    const path = join(folder, "left");
    writeFileSync(path, "");
    await expect(attach(path)).rejects.toThrow(`no node serves ${path}`);
  });

  test("when the node has other northbounds", async () => {
    mkdirSync(join(folder, "flor"));
    for (const name of ["l1+team.north", "l1+guests.north", "l1.a+other.north", "l1.sock"])
      writeFileSync(join(folder, "flor", name), "");
    await expect(attachToLower({ node: "l1", northbound: "taem" }, silent)).rejects.toThrow(
      "node l1 has no northbound taem; it has guests, team",
    );
  });

  test("when the socket is another program's", async () => {
    const control = await serve((client) => client.end('{"error":{"code":"malformed","message":"no request"}}\n'));
    await expect(attach(control)).rejects.toThrow(`${control} is not a northbound: attach to NODE/NORTHBOUND`);
  });

  test("when it is closed without an answer", async () => {
    const path = await serve((client) => client.destroy());
    await expect(attach(path)).rejects.toThrow(`${path}: the node beneath closed the connection`);
  });

  test("with the words of a node that refuses", async () => {
    const path = await serve((client) => client.end('{"error":"another node is attached to team"}\n'));
    await expect(attach(path)).rejects.toThrow("another node is attached to team");
  });
});
