/** Opens a WebSocket again and again and has one message echoed: `websocket-client.ts URL SECONDS`; prints counts. */
import { once } from "node:events";
import { WebSocket } from "ws";

const [url = "", seconds = "1"] = process.argv.slice(2);
const end = performance.now() + Number(seconds) * 1000;
let done = 0;
let failed = 0;
while (performance.now() < end) {
  const socket = new WebSocket(url);
  try {
    await once(socket, "open");
    socket.send(`message ${done}`);
    const [answer] = (await once(socket, "message")) as [Buffer];
    if (answer.toString() !== `message ${done}`) throw new Error(`echoed ${answer.toString()}`);
    done += 1;
  } catch (error) {
    failed += 1;
    process.stderr.write(`${(error as Error).message}\n`);
  }
  socket.close();
}
process.stdout.write(`${JSON.stringify({ done, failed })}\n`);
