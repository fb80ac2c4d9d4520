/** A WebSocket server that sends back what it gets: `websocket-echo.ts PORT`. */
import { WebSocketServer } from "ws";

const port = Number(process.argv[2]);
const server = new WebSocketServer({ host: "127.0.0.1", port });
server.on("listening", () => process.stdout.write("ready\n"));
server.on("connection", (socket) => socket.on("message", (message) => socket.send(message)));
