/**
 * One end of datagrams that go there and back. Arguments: `echo HOST PORT`, or `ask HOST PORT`, which asks 200 times a second, and
 * says on SIGUSR2 how long the answers since the last time took: `{"p50": 1.2, "p99": 3.4, "most": 9, "asked": 800, "answered": 800}`.
 */
import { createSocket } from "node:dgram";

const [role, host = "", port = ""] = process.argv.slice(2);
const socket = createSocket("udp4");
const INTERVAL_MS = 5;
const OCTETS = 100;

if (role === "echo") {
  socket.on("message", (content, { address, port: from }) => socket.send(content, from, address, () => {}));
  socket.bind(Number(port), host, () => process.stdout.write("listening\n"));
} else {
  let took: number[] = [];
  let asked = 0;
  socket.on("message", (content) => void took.push(performance.now() - content.readDoubleBE()));
  setInterval(() => {
    const content = Buffer.alloc(OCTETS);
    content.writeDoubleBE(performance.now());
    asked += 1;
    socket.send(content, Number(port), host, () => {});
  }, INTERVAL_MS);
  process.on("SIGUSR2", () => {
    took.sort((a, b) => a - b);
    const at = (share: number): number => took[Math.floor(share * took.length)] ?? Infinity;
    const said = { p50: at(0.5), p99: at(0.99), most: took.at(-1) ?? Infinity, asked, answered: took.length };
    took = [];
    asked = 0;
    process.stdout.write(`${JSON.stringify(said)}\n`);
  });
  process.stdout.write("asking\n");
}
