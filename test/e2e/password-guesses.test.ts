/** Somebody who guesses passwords at a listener: slowed by address, and nobody else is. */
import { connect } from "node:net";
import { NodeProcess } from "@flor/testkit";
import { expect, test } from "vitest";

const GUESSING_MS = 4000;
const GUESSERS = 20;

test("a source guesses one password a second after a few, and others log in at once", async () => {
  await using node = await NodeProcess.prepare("guarded");
  await node.up({
    inbounds: [{ socks5: "127.0.0.1:0", users: [{ name: "alice", password: "wonderland" }] }],
    links: [{ name: "wan", kind: "udp", listen: "127.0.0.1:0" }],
  });
  const port = await node.socksPort();
  const start = performance.now();
  const end = start + GUESSING_MS;
  let guesses = 0;
  const guess = async (): Promise<void> => {
    while (performance.now() < end) if ((await login(port, "127.0.0.1", "wrong")) === 1) guesses += 1;
  };
  const guessing = Promise.all(Array.from({ length: GUESSERS }, guess));
  await node.waitFor(() => guesses >= 5, "some guesses");
  expect(await login(port, "127.0.0.2", "wonderland")).toBe(0);
  await guessing;
  // The first, all at once, and one a second from then on, however long it took.
  expect(guesses).toBeLessThan(GUESSERS + 6 + (performance.now() - start) / 1000);
});

/** The status that RFC 1929 gives a login from this address; `undefined`: none came. */
async function login(port: number, localAddress: string, password: string): Promise<number | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: "127.0.0.1", localAddress });
    const received: number[] = [];
    socket.on("error", () => {});
    socket.on("close", () => resolve(received[3]));
    socket.on("data", (octets: Buffer) => {
      received.push(...octets);
      if (received.length >= 4) socket.destroy();
    });
    const name = Buffer.from("alice");
    const secret = Buffer.from(password);
    socket.write(Buffer.concat([Buffer.of(5, 1, 2, 1, name.length), name, Buffer.of(secret.length), secret]));
  });
}
