/** The load client, in the client's namespace. Argument: a LoadOrder as JSON. Says a LoadReport; `hold` holds on. */
import { type Socket, connect } from "node:net";
import type { LoadOrder } from "./load-order.ts";

const order = JSON.parse(process.argv[2]!) as LoadOrder;
const latenciesMs: number[] = [];
let failed = 0;

/** Waits for the next octets; rejects when there are none to come. */
function receive(socket: Socket): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const onClose = (): void => reject(new Error("closed"));
    socket.once("close", onClose).once("data", (octets: Uint8Array) => {
      socket.off("close", onClose);
      resolve(octets);
    });
  });
}

async function ask(socket: Socket, question: Uint8Array): Promise<Uint8Array> {
  const answer = receive(socket);
  socket.write(question);
  return answer;
}

async function open(): Promise<Socket> {
  const where = order.socksPort === undefined ? order : { host: "127.0.0.1", port: order.socksPort };
  const socket = connect({ host: where.host, port: where.port, noDelay: true });
  // Its end is seen by `receive`.
  socket.on("error", () => {});
  return order.socksPort === undefined ? socket : negotiate(socket);
}

/** RFC 1928: no authentication, CONNECT to an IPv4 address. */
async function negotiate(socket: Socket): Promise<Socket> {
  await ask(socket, Uint8Array.of(5, 1, 0));
  const address = order.host.split(".").map(Number);
  const reply = await ask(socket, Uint8Array.of(5, 1, 0, 1, ...address, order.port >> 8, order.port & 255));
  if (reply[1] !== 0) throw new Error(`refused with ${reply[1]}`);
  return socket;
}

async function ping(): Promise<void> {
  const socket = await open();
  await ask(socket, Uint8Array.of(0));
  for (let count = 0; count < order.count; count += 1) {
    const start = performance.now();
    await ask(socket, Uint8Array.of(count & 255));
    latenciesMs.push(performance.now() - start);
  }
  socket.destroy();
}

async function openOne(keep: boolean): Promise<void> {
  const start = performance.now();
  try {
    const socket = await open();
    await ask(socket, Uint8Array.of(1));
    latenciesMs.push(performance.now() - start);
    if (!keep) socket.end();
  } catch {
    failed += 1;
  }
}

/** Opens `count` flows, `parallel` of them at the same time. */
async function openMany(keep: boolean): Promise<void> {
  let left = order.count;
  const worker = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      await openOne(keep);
    }
  };
  await Promise.all(Array.from({ length: order.parallel }, worker));
}

const start = performance.now();
if (order.kind === "ping") await ping();
else await openMany(order.kind === "hold");
const seconds = (performance.now() - start) / 1000;
process.stdout.write(`${JSON.stringify({ latenciesMs, seconds, failed })}\n`);
if (order.kind !== "hold") process.exit(0);
