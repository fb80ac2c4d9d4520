/**
 * Request smuggling: whatever a client sends as one request, or behind one, its server sees one request at most. The
 * server is Node's own, in its lenient mode: it takes what a careless server would.
 */
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createProxyInbound } from "../proxy/proxy-inbound.ts";
import { ToldClient } from "../told-client.testing.ts";

const GET = "GET http://web.example/ HTTP/1.1\r\nHost: web.example\r\n";
const POST = "POST http://web.example/ HTTP/1.1\r\nHost: web.example\r\n";
const EVIL = "GET http://web.example/evil HTTP/1.1\r\nHost: web.example\r\n\r\n";
const ORIGIN_EVIL = "GET /evil HTTP/1.1\r\nHost: web.example\r\n\r\n";
const CHUNK = "3\r\nabc\r\n0\r\n\r\n";

/** Each a client's whole conversation. */
const corpus: Readonly<Record<string, string>> = {
  "a second request behind one without a body": `${GET}\r\n${EVIL}`,
  "a second request in origin form": `${GET}\r\n${ORIGIN_EVIL}`,
  "a request as the body of one without a length": `${POST}\r\n${ORIGIN_EVIL}`,
  "a second request behind a body": `${POST}Content-Length: 3\r\n\r\nabc${ORIGIN_EVIL}`,
  "a second request behind chunks": `${POST}Transfer-Encoding: chunked\r\n\r\n${CHUNK}${ORIGIN_EVIL}`,
  "CL.TE": `${POST}Content-Length: ${CHUNK.length}\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${ORIGIN_EVIL}`,
  "TE.CL": `${POST}Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n5c\r\n${ORIGIN_EVIL}\r\n0\r\n\r\n`,
  "two equal lengths": `${POST}Content-Length: 0\r\nContent-Length: 0\r\n\r\n${ORIGIN_EVIL}`,
  "two unequal lengths": `${POST}Content-Length: 0\r\nContent-Length: 44\r\n\r\n${ORIGIN_EVIL}`,
  "a list of lengths": `${POST}Content-Length: 0, 44\r\n\r\n${ORIGIN_EVIL}`,
  "a list of equal lengths": `${POST}Content-Length: 44, 44\r\n\r\n${ORIGIN_EVIL}`,
  "a length with a sign": `${POST}Content-Length: +44\r\n\r\n${ORIGIN_EVIL}`,
  "a negative length": `${POST}Content-Length: -1\r\n\r\n${ORIGIN_EVIL}`,
  "a hexadecimal length": `${POST}Content-Length: 0x2c\r\n\r\n${ORIGIN_EVIL}`,
  "a length with an underscore": `${POST}Content-Length: 4_4\r\n\r\n${ORIGIN_EVIL}`,
  "a length with a space in it": `${POST}Content-Length: 4 4\r\n\r\n${ORIGIN_EVIL}`,
  "an empty length": `${POST}Content-Length:\r\n\r\n${ORIGIN_EVIL}`,
  "a length beyond any number": `${POST}Content-Length: 99999999999999999999\r\n\r\n${ORIGIN_EVIL}`,
  "a length with a fraction": `${POST}Content-Length: 44.0\r\n\r\n${ORIGIN_EVIL}`,
  "a length with a tab before its colon": `${POST}Content-Length\t: 44\r\n\r\n${ORIGIN_EVIL}`,
  "a length with a space before its colon": `${POST}Content-Length : 44\r\n\r\n${ORIGIN_EVIL}`,
  "a length on a folded line": `${POST}X: a\r\n Content-Length: 44\r\n\r\n${ORIGIN_EVIL}`,
  "a folded length": `${POST}Content-Length:\r\n 44\r\n\r\n${ORIGIN_EVIL}`,
  "a length behind a bare carriage return": `${POST}X: a\rContent-Length: 44\r\n\r\n${ORIGIN_EVIL}`,
  "a length behind a NUL": `${POST}X: a\0Content-Length: 44\r\n\r\n${ORIGIN_EVIL}`,
  "a coding that ends in a comma": `${POST}Transfer-Encoding: chunked,\r\n\r\n${CHUNK}${ORIGIN_EVIL}`,
  "a coding behind a comma": `${POST}Transfer-Encoding: ,chunked\r\n\r\n${CHUNK}${ORIGIN_EVIL}`,
  "identity and chunked": `${POST}Transfer-Encoding: identity, chunked\r\n\r\n${CHUNK}${ORIGIN_EVIL}`,
  "chunked and identity": `${POST}Transfer-Encoding: chunked, identity\r\n\r\n${CHUNK}${ORIGIN_EVIL}`,
  "chunked twice": `${POST}Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n${CHUNK}${ORIGIN_EVIL}`,
  "an unknown coding": `${POST}Transfer-Encoding: xchunked\r\n\r\n${CHUNK}${ORIGIN_EVIL}`,
  "a coding in quotes": `${POST}Transfer-Encoding: "chunked"\r\n\r\n${CHUNK}${ORIGIN_EVIL}`,
  "a coding with a parameter": `${POST}Transfer-Encoding: chunked;q=1\r\n\r\n${CHUNK}${ORIGIN_EVIL}`,
  "a coding behind a vertical tab": `${POST}Transfer-Encoding: \x0bchunked\r\n\r\n${CHUNK}${ORIGIN_EVIL}`,
  "a coding behind a no-break space": `${POST}Transfer-Encoding: \xa0chunked\r\n\r\n${CHUNK}${ORIGIN_EVIL}`,
  "a coding with a space before its colon": `${POST}Transfer-Encoding : chunked\r\n\r\n${CHUNK}${ORIGIN_EVIL}`,
  "a coding on a folded line": `${POST}X: a\r\n\tTransfer-Encoding: chunked\r\n\r\n${CHUNK}${ORIGIN_EVIL}`,
  "a coding in HTTP/1.0": `POST http://web.example/ HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n${CHUNK}${ORIGIN_EVIL}`,
  "a coding that Connection takes away": `${POST}Connection: transfer-encoding\r\nTransfer-Encoding: chunked\r\n\r\n${CHUNK}${ORIGIN_EVIL}`,
  "a length that Connection takes away": `${POST}Connection: close, Content-Length\r\nContent-Length: 44\r\n\r\n${ORIGIN_EVIL}`,
  "a Host that Connection takes away": `${GET}Connection: host\r\n\r\n`,
  "a chunk size with a sign": `${POST}Transfer-Encoding: chunked\r\n\r\n+3\r\nabc\r\n0\r\n\r\n${ORIGIN_EVIL}`,
  "a chunk size with 0x": `${POST}Transfer-Encoding: chunked\r\n\r\n0x3\r\nabc\r\n0\r\n\r\n${ORIGIN_EVIL}`,
  "a chunk size that overflows": `${POST}Transfer-Encoding: chunked\r\n\r\n100000000000000003\r\nabc\r\n0\r\n\r\n${ORIGIN_EVIL}`,
  "an empty chunk size": `${POST}Transfer-Encoding: chunked\r\n\r\n\r\nabc\r\n0\r\n\r\n${ORIGIN_EVIL}`,
  "a chunk size behind a space": `${POST}Transfer-Encoding: chunked\r\n\r\n 3\r\nabc\r\n0\r\n\r\n${ORIGIN_EVIL}`,
  "a chunk without its line end": `${POST}Transfer-Encoding: chunked\r\n\r\n3\r\nabcXX0\r\n\r\n${ORIGIN_EVIL}`,
  "a chunk that is longer than its size": `${POST}Transfer-Encoding: chunked\r\n\r\n3\r\nabcdef\r\n0\r\n\r\n${ORIGIN_EVIL}`,
  "a chunk extension with a line feed": `${POST}Transfer-Encoding: chunked\r\n\r\n3;a\nabc\r\n0\r\n\r\n${ORIGIN_EVIL}`,
  "a chunk extension with a bare carriage return": `${POST}Transfer-Encoding: chunked\r\n\r\n3;\rabc\r\nabc\r\n0\r\n\r\n${ORIGIN_EVIL}`,
  "a request in a trailer": `${POST}Transfer-Encoding: chunked\r\n\r\n0\r\n${ORIGIN_EVIL}`,
  "a length in a trailer": `${POST}Transfer-Encoding: chunked\r\n\r\n0\r\nContent-Length: 44\r\n\r\n${ORIGIN_EVIL}`,
  "lines that end in line feeds": `${GET.replaceAll("\r", "")}\n${ORIGIN_EVIL}`,
  "a line feed in the request line": `GET http://web.example/ HTTP/1.1\nX: y\r\nHost: web.example\r\n\r\n${ORIGIN_EVIL}`,
  "a carriage return in the target": `GET http://web.example/\r HTTP/1.1\r\nHost: web.example\r\n\r\n`,
  "a request in the target": `GET http://web.example/%20HTTP/1.1%0d%0aX:%20 HTTP/1.1\r\nHost: web.example\r\n\r\n`,
  "a space in the target": `GET http://web.example/ HTTP/1.1 HTTP/1.1\r\nHost: web.example\r\n\r\n`,
  "two hosts": `${GET}Host: other.example\r\n\r\n`,
  "a host in a user": `GET http://web.example@other.example/ HTTP/1.1\r\nHost: web.example\r\n\r\n`,
  "a backslash in the authority": `GET http://web.example\\@other.example/ HTTP/1.1\r\nHost: web.example\r\n\r\n`,
  "HTTP/0.9": `GET http://web.example/\r\n\r\n${ORIGIN_EVIL}`,
  "HTTP/2's preface": `PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n`,
  "a version with too many digits": `GET http://web.example/ HTTP/1.10\r\nHost: web.example\r\n\r\n`,
  "an upgrade to HTTP/2": `${GET}Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n\r\n${ORIGIN_EVIL}`,
  "an upgrade to a web socket": `${GET}Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: a\r\n\r\n${ORIGIN_EVIL}`,
  "a wish to be kept alive": `${GET}Connection: keep-alive\r\nKeep-Alive: 300\r\nProxy-Connection: keep-alive\r\n\r\n${EVIL}`,
  "a CONNECT with a body": `CONNECT web.example:80 HTTP/1.1\r\nContent-Length: 44\r\n\r\n${ORIGIN_EVIL}`,
  "a CONNECT with chunks": `CONNECT web.example:80 HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n${CHUNK}`,
  "a field without a name": `${GET}: a\r\n\r\n${ORIGIN_EVIL}`,
  "a field without a colon": `${GET}Content-Length 44\r\n\r\n${ORIGIN_EVIL}`,
};

let server: Server;
let seen: string[] = [];

beforeAll(async () => {
  server = createServer({ insecureHTTPParser: true, keepAliveTimeout: 50 }, (request, response) => {
    seen.push(request.url ?? "");
    request.resume().on("end", () => response.end("ok"));
  });
  server.on("clientError", (_error, socket) => socket.destroy());
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
});

afterAll(() => void server.close());

/** The targets of the requests that the server takes from these octets. */
async function requestsIn(octets: string): Promise<readonly string[]> {
  seen = [];
  const socket = connect((server.address() as AddressInfo).port, "127.0.0.1");
  socket.on("error", () => {}).resume();
  socket.end(octets, "latin1");
  await once(socket, "close");
  return seen;
}

describe.each(Object.entries(corpus))("%s", (_name, conversation) => {
  it.each([Infinity, 1, 7])("is one request at most, in reads of %d octets", async (size) => {
    const client = new ToldClient(createProxyInbound(undefined)).send(conversation, size);
    client.end();
    expect(client.request !== undefined || /^HTTP\/1\.1 [45]\d\d /.test(client.sent)).toBe(true);
    const requests = client.upstream === "" ? [] : await requestsIn(client.upstream);
    expect(requests.length).toBeLessThanOrEqual(1);
    expect(requests.join()).not.toContain("evil");
  });
});

it("the corpus shows what it is to show: without the proxy, the server takes two requests", async () => {
  const two = ORIGIN_EVIL.replace("/evil", "/") + ORIGIN_EVIL;
  expect(await requestsIn(two)).toEqual(["/", "/evil"]);
  expect(Object.keys(corpus).length).toBeGreaterThanOrEqual(50);
});
