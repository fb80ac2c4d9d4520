import { createHash, X509Certificate } from "node:crypto";
import { once } from "node:events";
import { type AddressInfo, createServer, type Server } from "node:net";
import { createServer as createTlsServer } from "node:tls";
import { afterEach, expect, it } from "vitest";
import { certificateToPin } from "./certificate-check.ts";
import { createAnonymousCredentials } from "./tls-credentials.ts";
import { parseWebtransportAddress } from "./webtransport-address.ts";

const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

async function listen(server: Server): Promise<string> {
  servers.push(server.listen(0, "127.0.0.1"));
  await once(server, "listening");
  return `https://127.0.0.1:${(server.address() as AddressInfo).port}/flor`;
}

function pinOf(address: string, withinMs = 60_000): Promise<Uint8Array | undefined> {
  return certificateToPin(parseWebtransportAddress(address)!, "", AbortSignal.timeout(withinMs));
}

it("pins the certificate that the address demands, and says which one came instead", async () => {
  const { certificatePem: cert, keyPem: key } = createAnonymousCredentials();
  const address = await listen(createTlsServer({ cert, key }));
  const hash = createHash("sha256").update(new X509Certificate(cert).raw).digest();
  expect(await pinOf(`${address}#sha256=${hash.toString("hex")}`)).toEqual(hash);
  await expect(pinOf(`${address}#sha256=${"0".repeat(64)}`)).rejects.toThrow(`its SHA-256 is ${hash.toString("hex")}`);
  await expect(pinOf(address)).rejects.toThrow("signed neither by the neighbour's node nor by an authority");
});

it("says what listens there instead of a webtransport link, or that nobody does", async () => {
  const address = await listen(
    createServer(
      (socket) =>
        void socket
          .on("error", () => {})
          .resume()
          .end("HTTP/1.1 400 Bad Request\r\n\r\n"),
    ),
  );
  await expect(pinOf(address)).rejects.toThrow("it does not speak TLS, so it is not a webtransport link");
  const [server] = servers;
  server?.close();
  await once(server!, "close");
  await expect(pinOf(address)).rejects.toThrow("nothing listens there");
});

it("says in words that the listener there says nothing", async () => {
  const address = await listen(createServer((socket) => void socket.on("error", () => {}).resume()));
  await expect(pinOf(address, 100)).rejects.toThrow("no answer in time");
});
