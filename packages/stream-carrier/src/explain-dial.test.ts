import { once } from "node:events";
import { connect, createServer, type AddressInfo } from "node:net";
import { expect, it } from "vitest";
import { explainDial } from "./explain-dial.ts";

async function errorOf(port: number, signal?: AbortSignal): Promise<unknown> {
  const socket = connect({ host: "127.0.0.1", port });
  try {
    return await once(socket, signal === undefined ? "connect" : "data", { signal });
  } catch (error) {
    return error;
  } finally {
    socket.on("error", () => {}).destroy();
  }
}

it("says in words what became of a connection, no matter what reports it", async () => {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  expect(explainDial(await errorOf(port, AbortSignal.timeout(1)))).toBe("no answer in time");
  server.close();
  await once(server, "close");
  const refused = await errorOf(port);
  expect(explainDial(refused)).toBe("nothing listens there");
  expect(explainDial(new Error(`the library says: ${String(refused)}`))).toBe("nothing listens there");
  expect(explainDial(new Error("Socks5 Authentication failed"))).toBe("Socks5 Authentication failed");
});
