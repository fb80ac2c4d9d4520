/** Fetches a page through a SOCKS5 server with the npm package `socks`: arguments are host, port, SOCKS port. */
import { text } from "node:stream/consumers";
import { SocksClient } from "socks";

const [host = "", port = "", socksPort = ""] = process.argv.slice(2);
const { socket } = await SocksClient.createConnection({
  proxy: { host: "127.0.0.1", port: Number(socksPort), type: 5 },
  command: "connect",
  destination: { host, port: Number(port) },
});
socket.write(`GET / HTTP/1.0\r\nHost: ${host}\r\n\r\n`);
socket.resume();
process.stdout.write(await text(socket));
