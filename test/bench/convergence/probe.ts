/**
 * One end of a stream of UDP datagrams, one a millisecond. Arguments: `send HOST PORT`, or `receive HOST PORT`, which says on
 * SIGUSR2 how long nothing came: `{"longestMs": 12.3, "sinceMs": 0.4}`, the longest time since SIGHUP and that until now.
 */
import { createSocket } from "node:dgram";

const [role, host = "", port = ""] = process.argv.slice(2);
const socket = createSocket("udp4");
const content = Buffer.alloc(64);

if (role === "send") {
  let due = performance.now();
  setInterval(() => {
    // A timer that comes late sends what is missing, at most a tenth of a second of it.
    due = Math.max(due, performance.now() - 100);
    for (; due <= performance.now(); due += 1) socket.send(content, Number(port), host, () => {});
  }, 1);
} else {
  let last = performance.now();
  let longestMs = 0;
  socket.on("message", () => {
    const now = performance.now();
    longestMs = Math.max(longestMs, now - last);
    last = now;
  });
  process.on("SIGHUP", () => (longestMs = 0));
  process.on("SIGUSR2", () => {
    const sinceMs = performance.now() - last;
    process.stdout.write(`${JSON.stringify({ longestMs: Math.max(longestMs, sinceMs), sinceMs })}\n`);
  });
  socket.bind(Number(port), host, () => process.stdout.write("listening\n"));
}
