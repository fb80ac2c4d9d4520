import { mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PEM_MAX_OCTETS } from "@flor/host/bounded-file";
import type { NodeDoor } from "@flor/link-kit";
import { afterAll, beforeAll, expect, test } from "vitest";
import { acceptSessions, endpointOfPeer, type IncomingSession, loadCredentials } from "./webtransport-server.ts";

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "flor-webtransport-"));
});

afterAll(() => rmSync(folder, { recursive: true }));

test("a certificate of a mebibyte is read, and one octet more is refused with its key and the bound", () => {
  const certificate = join(folder, "certificate.pem");
  writeFileSync(certificate, "");
  const config = { listen: undefined, path: "/", mtu: 1500, credentials: undefined };
  const load = (): unknown => loadCredentials({ ...config, files: { certificate, key: certificate } }, door);
  truncateSync(certificate, PEM_MAX_OCTETS);
  load();
  truncateSync(certificate, PEM_MAX_OCTETS + 1);
  expect(load).toThrow(/^certificate: .*certificate\.pem is larger than 1048576 octets/);
});

const door = {} as NodeDoor;

function session(fields: Partial<IncomingSession>): IncomingSession {
  const never = new Promise<never>(() => {});
  const incomingBidirectionalStreams = new ReadableStream<never>();
  return { ready: never, closed: never, close: () => {}, incomingBidirectionalStreams, peerAddress: "p:1", ...fields };
}

test("tells why an accepted session came to nothing, whatever the cause", async () => {
  const failed: string[] = [];
  const sessions = [
    session({ ready: Promise.reject(new Error("its handshake failed")) }),
    session({
      ready: Promise.resolve(),
      incomingBidirectionalStreams: new ReadableStream({ start: (it) => it.close() }),
    }),
    session({
      ready: Promise.resolve(),
      incomingBidirectionalStreams: new ReadableStream({ start: (it) => it.error("") }),
    }),
  ];
  const handleFailed = (address: string, reason: string): void => void failed.push(`${address}: ${reason}`);
  const accept = (): never => expect.unreachable();
  await acceptSessions(ReadableStream.from(sessions), { accept, handleFailed });
  await expect.poll(() => failed.length).toBe(3);
  expect(failed).toEqual(
    expect.arrayContaining(["p:1: its handshake failed", "p:1: its session ended before it opened a stream", "p:1: "]),
  );
});

test("closes a session without a stream in time, and says so", async () => {
  const failed: string[] = [];
  const { promise, reject } = Promise.withResolvers<never>();
  const quiet = session({ ready: promise, close: () => reject(new Error("closed")) });
  const handleFailed = (_address: string, reason: string): void => void failed.push(reason);
  await acceptSessions(ReadableStream.from([quiet]), { accept: () => expect.unreachable(), handleFailed }, 1);
  await expect.poll(() => failed).toEqual(["it opened no stream within 0.001 s"]);
});

test("reads where a session comes from as the library writes it, and nothing where it does not know", () => {
  expect(endpointOfPeer("192.0.2.1:4600")).toMatchObject({ host: "192.0.2.1", port: 4600 });
  expect(endpointOfPeer("2001:db8::1:4600")).toMatchObject({ host: "2001:db8::1", port: 4600 });
  expect(endpointOfPeer("undefined:undefined")).toBeUndefined();
  expect(endpointOfPeer("")).toBeUndefined();
});
