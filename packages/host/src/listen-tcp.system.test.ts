import { spawn } from "node:child_process";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { createInterface } from "node:readline";
import { expect, it } from "vitest";

const moduleUrl = (name: string): string => JSON.stringify(new URL(name, import.meta.url).href);

/** An echo server on our listener. Asked on stdin, it tells how often its loop has turned, and what a dial gives. */
const SERVER = `
  import { listenTcp } from ${moduleUrl("listen-tcp.ts")};
  import { connectTcp } from ${moduleUrl("connect-tcp.ts")};
  const listener = await listenTcp({ address: "127.0.0.1", port: 0, handleConnection(stream) {
    stream.listen({
      handleOctets: (octets) => stream.write(octets),
      handleEnd: () => stream.end(),
      handleReset() {},
      handleDrain() {},
    });
  } });
  const tell = (value) => process.stdout.write(JSON.stringify(value) + "\\n");
  tell(listener.port);
  process.stdin.on("data", async () => {
    const { loopCount: turns } = performance.nodeTiming.uvMetricsInfo;
    const { connections } = listener;
    const dial = await connectTcp(Uint8Array.of(127, 0, 0, 1), listener.port, new AbortController().signal);
    if ("stream" in dial) dial.stream.reset();
    tell({ turns, connections, dial: dial.code ?? "connected" });
  });`;

const DESCRIPTORS = 60;
const CLIENTS = 100;

/** Whether the text comes back; false when the connection ends instead. */
function echoes(socket: Socket, text: string): Promise<boolean> {
  return new Promise((resolve) => {
    if (socket.destroyed) return resolve(false);
    socket.once("data", (octets) => resolve(String(octets) === text));
    socket.once("close", () => resolve(false));
    return void socket.write(text);
  });
}

async function connected(port: number): Promise<Socket> {
  const socket = connect(port, "127.0.0.1").on("error", () => {});
  await once(socket, "connect");
  return socket;
}

it("out of file descriptors: turns clients away, does not spin, keeps its flows, and recovers", async () => {
  const limit = `ulimit -n ${DESCRIPTORS}; exec "$0" --input-type=module --eval "$1"`;
  const server = spawn("/bin/sh", ["-c", limit, process.execPath, SERVER], { stdio: ["pipe", "pipe", "inherit"] });
  const lines = createInterface(server.stdout)[Symbol.asyncIterator]();
  const next = async <T>(): Promise<T> => JSON.parse((await lines.next()).value ?? "null") as T;
  const ask = async (): Promise<{ turns: number; connections: number; dial: string }> => {
    server.stdin.write("?");
    return next();
  };
  try {
    const port = await next<number>();
    const sockets = await Promise.all(Array.from({ length: CLIENTS }, () => connected(port)));
    const served = await Promise.all(sockets.map((socket) => echoes(socket, "first")));
    const servedCount = served.filter(Boolean).length;
    expect(servedCount).toBeGreaterThan(10);
    expect(servedCount).toBeLessThan(DESCRIPTORS);

    const before = await ask();
    expect(before.dial).toBe("EMFILE");
    const late = await connected(port);
    expect(await echoes(late, "late")).toBe(false);
    await new Promise((resolve) => setTimeout(resolve, 1000));
    const after = await ask();
    // A loop that spins turns tens of thousands of times a second.
    expect(after.turns - before.turns).toBeLessThan(200);

    const flows = sockets.filter((_, index) => served[index]);
    const alive = await Promise.all(flows.map((socket) => echoes(socket, "still here")));
    expect(alive.every(Boolean)).toBe(true);

    for (const socket of sockets) socket.destroy();
    await expect.poll(async () => (await ask()).connections).toBe(0);
    expect((await ask()).dial).toBe("connected");
    const again = await connected(port);
    expect(await echoes(again, "again")).toBe(true);
    again.destroy();
  } finally {
    server.kill("SIGKILL");
  }
});
