/**
 * One end of a stream of UDP datagrams, one a millisecond, each with its number. Arguments: `send HOST PORT`, or `receive HOST
 * PORT`, which says on SIGUSR2 what came since SIGHUP: `{"longestMs": 12.3, "sinceMs": 0.4, "received": 900, "lost": 0}`, the
 * longest time without a datagram and that until now, and how many of those between the first and the last did not come.
 */
import { createSocket } from "node:dgram";

const [role, host = "", port = ""] = process.argv.slice(2);
const socket = createSocket("udp4");
const OCTETS = 64;

if (role === "send") {
  let due = performance.now();
  let number = 0;
  setInterval(() => {
    // A timer that comes late sends what is missing, at most a tenth of a second of it.
    due = Math.max(due, performance.now() - 100);
    for (; due <= performance.now(); due += 1) {
      const content = Buffer.alloc(OCTETS);
      content.writeUInt32BE(number);
      number += 1;
      socket.send(content, Number(port), host, () => {});
    }
  }, 1);
} else {
  let last = performance.now();
  let longestMs = 0;
  let received = 0;
  let lowest = Infinity;
  let highest = -Infinity;
  socket.on("message", (content) => {
    const now = performance.now();
    longestMs = Math.max(longestMs, now - last);
    last = now;
    received += 1;
    const number = content.readUInt32BE();
    lowest = Math.min(lowest, number);
    highest = Math.max(highest, number);
  });
  process.on("SIGHUP", () => {
    [longestMs, received, lowest, highest] = [0, 0, Infinity, -Infinity];
    process.stdout.write("begun anew\n");
  });
  process.on("SIGUSR2", () => {
    const sinceMs = performance.now() - last;
    const lost = received === 0 ? 0 : highest - lowest + 1 - received;
    process.stdout.write(`${JSON.stringify({ longestMs: Math.max(longestMs, sinceMs), sinceMs, received, lost })}\n`);
  });
  socket.bind(Number(port), host, () => process.stdout.write("listening\n"));
}
