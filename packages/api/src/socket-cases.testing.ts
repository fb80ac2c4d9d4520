/**
 * How `net.Socket` behaves, case by case: each case is played on a pair of connected sockets and writes down what it
 * saw. The same cases are played on `net.Socket` and on ours, and must see the same.
 */
import { once } from "node:events";
import type { Duplex } from "node:stream";
import { setImmediate as turn } from "node:timers/promises";
import { pipeline } from "node:stream/promises";

/** What both kinds of socket have. */
export interface AnySocket extends Duplex {
  connecting: boolean;
  readonly pending: boolean;
  readonly readyState: string;
  readonly bytesRead: number;
  readonly bytesWritten: number;
  timeout?: number | undefined;
  readonly remoteAddress?: string | undefined;
  readonly remotePort?: number | undefined;
  setTimeout(ms: number, callback?: () => void): this;
  setNoDelay(noDelay?: boolean): this;
  setKeepAlive(enable?: boolean, initialDelay?: number): this;
  ref(): this;
  unref(): this;
  destroySoon(): void;
  resetAndDestroy(): this;
}

/** Two ends of one connection. */
export interface SocketPair {
  readonly client: AnySocket;
  readonly server: AnySocket;
}

/** A case: how the pair is made, and what is seen. */
export interface SocketCase {
  readonly title: string;
  readonly allowHalfOpen?: boolean;
  play(pair: SocketPair, saw: (what: unknown) => void): Promise<void>;
}

const LARGE = 1_048_576;

/** Everything that arrives until the end; an iteration would destroy the socket afterwards. */
async function readAll(socket: AnySocket): Promise<Buffer> {
  const chunks: Buffer[] = [];
  socket.on("data", (chunk: Buffer) => chunks.push(chunk));
  socket.resume();
  await once(socket, "end");
  return Buffer.concat(chunks);
}

/** Exactly `count` octets. */
async function readOctets(socket: AnySocket, count: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  while (length < count) {
    const chunk = socket.read() as Buffer | null;
    if (chunk === null) {
      await once(socket, "readable");
      continue;
    }
    chunks.push(chunk);
    length += chunk.length;
  }
  return Buffer.concat(chunks);
}

/** The code of the error with which `socket` ends; undefined when it ends without. */
function endOf(socket: AnySocket): Promise<string | undefined> {
  return new Promise((resolve) => {
    let code: string | undefined;
    socket.once("error", (error: NodeJS.ErrnoException) => (code = error.code));
    socket.once("close", () => resolve(code));
    socket.resume();
  });
}

/** Resolves at "close", whatever came before. */
function closed(socket: AnySocket): Promise<void> {
  return new Promise((resolve) => socket.once("close", () => resolve()));
}

function eventsOf(socket: AnySocket, names: readonly string[], saw: (what: unknown) => void, who: string): void {
  for (const name of names) socket.on(name, (...args: unknown[]) => saw([who, name, ...args.map(plain)]));
}

/** What can be compared of an event's argument. */
function plain(value: unknown): unknown {
  return value instanceof Error ? (value as NodeJS.ErrnoException).code : value;
}

const octets = (length: number): Buffer => Buffer.from(Array.from({ length }, (_, at) => at & 0xff));

/** The table. */
export const SOCKET_CASES: readonly SocketCase[] = [
  {
    title: "octets arrive as they were written",
    async play({ client, server }, saw) {
      client.write(octets(1000));
      saw((await readOctets(server, 1000)).equals(octets(1000)));
    },
  },
  {
    title: "octets go both ways at once",
    async play({ client, server }, saw) {
      client.end(Buffer.alloc(LARGE, 1));
      server.end(Buffer.alloc(LARGE, 2));
      const [a, b] = await Promise.all([readAll(client), readAll(server)]);
      saw([a.length, b.length, a[0], b[0]]);
    },
  },
  {
    title: "a text is written as UTF-8",
    async play({ client, server }, saw) {
      client.end("grüß");
      saw((await readAll(server)).toString("hex"));
    },
  },
  ...(["latin1", "hex", "base64", "utf16le"] as const).map((encoding): SocketCase => ({
    title: `a text is written as ${encoding}`,
    async play({ client, server }, saw) {
      client.end("cafe", encoding);
      saw((await readAll(server)).toString("hex"));
    },
  })),
  {
    title: "a Uint8Array is written",
    async play({ client, server }, saw) {
      client.end(Uint8Array.of(1, 2, 3));
      saw([...(await readAll(server))]);
    },
  },
  {
    title: "setEncoding makes texts of what arrives",
    async play({ client, server }, saw) {
      server.setEncoding("utf8");
      client.end("text");
      const [chunk] = (await once(server, "data")) as [unknown];
      saw([typeof chunk, chunk]);
    },
  },
  {
    title: "writing nothing sends nothing",
    async play({ client, server }, saw) {
      client.write("");
      client.end("x");
      saw((await readAll(server)).toString());
    },
  },
  {
    title: "writing null throws",
    async play({ client }, saw) {
      try {
        client.write(null);
      } catch (error) {
        saw((error as NodeJS.ErrnoException).code);
      }
      await turn();
    },
  },
  {
    title: "writing a number throws",
    async play({ client }, saw) {
      try {
        client.write(5);
      } catch (error) {
        saw((error as NodeJS.ErrnoException).code);
      }
      await turn();
    },
  },
  {
    title: "a write's callback is called without an error",
    async play({ client, server }, saw) {
      server.resume();
      saw(await new Promise((resolve) => client.write("x", resolve)).then(plain));
    },
  },
  {
    title: "callbacks come in the order of the writes",
    async play({ client, server }, saw) {
      server.resume();
      await new Promise<void>((resolve) => {
        client.write("a", () => saw("a"));
        client.write("b", () => saw("b"));
        client.end("c", () => resolve());
      });
    },
  },
  {
    title: "cork and uncork lose nothing",
    async play({ client, server }, saw) {
      client.cork();
      for (const text of ["a", "b", "c"]) client.write(text);
      client.uncork();
      client.end();
      saw((await readAll(server)).toString());
    },
  },
  {
    title: "end sends what it is given",
    async play({ client, server }, saw) {
      client.end("last");
      saw((await readAll(server)).toString());
    },
  },
  {
    title: "end twice is one end",
    async play({ client, server }, saw) {
      client.end("x");
      client.end();
      saw((await readAll(server)).toString());
      saw(await endOf(client));
    },
  },
  {
    title: "a write after end fails with ERR_STREAM_WRITE_AFTER_END",
    allowHalfOpen: true,
    async play({ client, server }, saw) {
      client.end();
      server.resume();
      const failed = once(client, "error");
      client.write("late");
      saw(((await failed)[0] as NodeJS.ErrnoException).code);
    },
  },
  {
    title: "a write after the other side's end fails with EPIPE",
    async play({ client, server }, saw) {
      server.end();
      client.resume();
      await once(client, "end");
      const failed = new Promise((resolve) => client.write("late", resolve));
      client.once("error", () => undefined);
      saw(plain(await failed));
    },
  },
  {
    title: "one side ends and the other ends with it",
    async play({ client, server }, saw) {
      client.end();
      saw(await Promise.all([endOf(client), endOf(server)]));
    },
  },
  {
    title: "half open, the other direction goes on",
    allowHalfOpen: true,
    async play({ client, server }, saw) {
      client.end("question");
      saw((await readAll(server)).toString());
      server.end("answer");
      saw((await readAll(client)).toString());
    },
  },
  {
    title: "half open, a large answer follows the end",
    allowHalfOpen: true,
    async play({ client, server }, saw) {
      client.end();
      await readAll(server);
      server.end(Buffer.alloc(LARGE));
      saw((await readAll(client)).length);
    },
  },
  {
    title: "half open, the ready state follows",
    allowHalfOpen: true,
    async play({ client, server }, saw) {
      saw([client.readyState, server.readyState]);
      client.end();
      await readAll(server);
      saw([client.readyState, server.readyState]);
    },
  },
  {
    title: "a destroyed socket resets no error on its own side",
    async play({ client, server }, saw) {
      server.once("error", () => undefined);
      server.resume();
      const ended = endOf(client);
      client.destroy();
      saw([await ended, client.destroyed, client.readyState]);
    },
  },
  {
    title: "destroy with an error says it and closes with true",
    async play({ client, server }, saw) {
      server.on("error", () => undefined);
      server.resume();
      eventsOf(client, ["error", "close"], saw, "client");
      client.destroy(Object.assign(new Error("mine"), { code: "EMINE" }));
      await closed(client);
    },
  },
  {
    title: "destroy twice is one close",
    async play({ client, server }, saw) {
      server.on("error", () => undefined);
      server.resume();
      eventsOf(client, ["close"], saw, "client");
      client.destroy();
      client.destroy();
      await closed(client);
      await turn();
    },
  },
  {
    title: "a write to a destroyed socket fails with ERR_STREAM_DESTROYED",
    async play({ client, server }, saw) {
      server.on("error", () => undefined);
      server.resume();
      client.destroy();
      saw(plain(await new Promise((resolve) => client.write("x", resolve))));
    },
  },
  {
    title: "resetAndDestroy is ECONNRESET at the other side",
    async play({ client, server }, saw) {
      const ended = endOf(server);
      client.resetAndDestroy();
      saw(await ended);
    },
  },
  {
    title: "resetAndDestroy closes its own side without an error",
    async play({ client, server }, saw) {
      server.on("error", () => undefined);
      server.resume();
      eventsOf(client, ["error", "close"], saw, "client");
      client.resetAndDestroy();
      await closed(client);
    },
  },
  {
    title: "what came before a reset is read",
    async play({ client, server }, saw) {
      server.once("error", () => undefined);
      client.write("before");
      saw((await readOctets(server, 6)).toString());
      client.resetAndDestroy();
      await closed(server);
    },
  },
  {
    title: "destroySoon sends what was written first",
    async play({ client, server }, saw) {
      client.write(Buffer.alloc(100_000));
      client.destroySoon();
      saw((await readAll(server)).length);
    },
  },
  {
    title: "close says that there was no error",
    async play({ client, server }, saw) {
      eventsOf(client, ["close"], saw, "client");
      server.resume();
      client.resume();
      client.end();
      await closed(client);
    },
  },
  {
    title: "end, finish and close come in order",
    async play({ client, server }, saw) {
      server.end("x");
      server.resume();
      eventsOf(client, ["end", "finish", "close"], saw, "client");
      client.resume();
      await closed(client);
    },
  },
  {
    title: "octets read and written are counted",
    async play({ client, server }, saw) {
      client.write(Buffer.alloc(1234));
      await readOctets(server, 1234);
      saw([client.bytesWritten, server.bytesRead, server.bytesWritten, client.bytesRead]);
    },
  },
  {
    title: "octets written in texts are counted as octets",
    async play({ client, server }, saw) {
      client.end("grüß");
      await readAll(server);
      saw([client.bytesWritten, server.bytesRead]);
    },
  },
  {
    title: "counts stay after the close",
    async play({ client, server }, saw) {
      server.end("12345");
      server.resume();
      await endOf(client);
      saw([client.bytesRead, client.bytesWritten]);
    },
  },
  {
    title: "write says false when too much waits, and drain follows",
    async play({ client, server }, saw) {
      server.pause();
      let more = true;
      let rounds = 0;
      for (; more && rounds < 10_000; rounds += 1) more = client.write(Buffer.alloc(LARGE));
      saw([more, rounds < 10_000]);
      server.resume();
      await once(client, "drain");
      saw("drain");
    },
  },
  {
    title: "a reader that pauses is given nothing",
    async play({ client, server }, saw) {
      server.on("data", () => saw("data"));
      server.pause();
      client.write("x");
      for (let round = 0; round < 20; round += 1) await turn();
      saw(server.isPaused());
      server.resume();
      await once(server, "data");
    },
  },
  {
    title: "a paused reader misses nothing",
    async play({ client, server }, saw) {
      server.pause();
      client.end(Buffer.alloc(LARGE, 7));
      for (let round = 0; round < 20; round += 1) await turn();
      saw((await readAll(server)).length);
    },
  },
  {
    title: "read by the readable event",
    async play({ client, server }, saw) {
      client.end("abc");
      await once(server, "readable");
      saw(String(server.read(1)));
      saw(String(server.read(2)));
    },
  },
  {
    title: "unshift gives octets back",
    async play({ client, server }, saw) {
      client.end("abc");
      const [chunk] = (await once(server, "data")) as [Buffer];
      server.pause();
      server.unshift(chunk);
      saw((await readAll(server)).toString());
    },
  },
  {
    title: "a pipe back is an echo",
    allowHalfOpen: true,
    async play({ client, server }, saw) {
      server.pipe(server);
      client.end(octets(5000));
      saw((await readAll(client)).equals(octets(5000)));
    },
  },
  {
    title: "pipeline resolves when everything went",
    async play({ client, server }, saw) {
      const read = readAll(server);
      await pipeline([Buffer.from("a"), Buffer.from("b")], client);
      saw((await read).toString());
    },
  },
  {
    title: "async iteration ends with the other side",
    async play({ client, server }, saw) {
      client.end("x");
      let chunks = 0;
      for await (const _chunk of server) chunks += 1;
      saw(chunks);
    },
  },
  {
    title: "leaving an iteration destroys the socket",
    async play({ client, server }, saw) {
      client.on("error", () => undefined);
      client.write("x");
      for await (const _chunk of server) break;
      saw(server.destroyed);
    },
  },
  {
    title: "a timeout comes in silence and closes nothing",
    async play({ client }, saw) {
      client.setTimeout(20);
      await once(client, "timeout");
      saw([client.destroyed, client.timeout]);
    },
  },
  {
    title: "a timeout's callback is called once",
    async play({ client }, saw) {
      client.setTimeout(10, () => saw("called"));
      await once(client, "timeout");
    },
  },
  {
    title: "a timeout of 0 takes the callback back",
    async play({ client }, saw) {
      const callback = (): void => saw("called");
      client.setTimeout(10, callback);
      client.setTimeout(0, callback);
      saw([client.timeout, client.listenerCount("timeout")]);
      await new Promise((resolve) => setTimeout(resolve, 30));
    },
  },
  {
    title: "setTimeout returns the socket",
    async play({ client }, saw) {
      saw(client.setTimeout(0) === client);
      await turn();
    },
  },
  {
    title: "the knobs of TCP return the socket",
    async play({ client }, saw) {
      saw(client.setNoDelay(true) === client);
      saw(client.setKeepAlive(true, 1000) === client);
      saw(client.ref() === client);
      saw(client.unref() === client);
      client.ref();
      await turn();
    },
  },
  {
    title: "a connected socket is not connecting",
    async play({ client }, saw) {
      saw([client.connecting, client.pending, client.readyState]);
      await turn();
    },
  },
  {
    title: "a destroyed socket is closed",
    async play({ client, server }, saw) {
      server.on("error", () => undefined);
      server.resume();
      client.destroy();
      await closed(client);
      saw([client.connecting, client.readyState, client.destroyed, client.writable, client.readable]);
    },
  },
  {
    title: "a thousand small writes arrive in order",
    async play({ client, server }, saw) {
      for (let index = 0; index < 1000; index += 1) client.write(`${index},`);
      client.end();
      const text = (await readAll(server)).toString();
      saw(text === Array.from({ length: 1000 }, (_, index) => `${index},`).join(""));
    },
  },
  {
    title: "a buffer may be used again after its callback",
    async play({ client, server }, saw) {
      const buffer = Buffer.alloc(1000, 1);
      const read = readOctets(server, 2000);
      await new Promise((resolve) => client.write(buffer, resolve));
      buffer.fill(2);
      client.write(buffer);
      const both = await read;
      saw([both[0], both[999], both[1000], both[1999]]);
    },
  },
  {
    title: "what is read is the reader's own",
    async play({ client, server }, saw) {
      client.write("aaaa");
      const first = await readOctets(server, 4);
      client.write("bbbb");
      const second = await readOctets(server, 4);
      saw([first.toString(), second.toString()]);
    },
  },
  {
    title: "destroy without loss is an end at the other side",
    async play({ client, server }, saw) {
      client.write("x");
      saw((await readOctets(server, 1)).toString());
      client.destroy();
      saw(await endOf(server));
    },
  },
  {
    title: "both sides end at once",
    async play({ client, server }, saw) {
      client.end("a");
      server.end("b");
      saw(await Promise.all([readAll(client).then(String), readAll(server).then(String)]));
    },
  },
  {
    title: "both sides reset at once",
    async play({ client, server }, saw) {
      client.on("error", () => undefined);
      server.on("error", () => undefined);
      client.resetAndDestroy();
      server.resetAndDestroy();
      saw([client.destroyed, server.destroyed]);
      await turn();
    },
  },
  {
    title: "an abort by signal is an AbortError",
    async play({ client, server }, saw) {
      server.on("error", () => undefined);
      server.resume();
      const { addAbortSignal } = await import("node:stream");
      const controller = new AbortController();
      addAbortSignal(controller.signal, client);
      const ended = endOf(client);
      controller.abort();
      saw(await ended);
    },
  },
  {
    title: "finished from stream tells of a clean end",
    async play({ client, server }, saw) {
      const { finished } = await import("node:stream/promises");
      server.resume();
      server.end();
      client.resume();
      client.end();
      await finished(client);
      saw("finished");
    },
  },
  {
    title: "finished from stream tells of a reset",
    async play({ client, server }, saw) {
      const { finished } = await import("node:stream/promises");
      server.on("error", () => undefined);
      const done = finished(server).then(
        () => "clean",
        (error: NodeJS.ErrnoException) => error.code,
      );
      server.resume();
      client.resetAndDestroy();
      saw(await done);
    },
  },
  {
    title: "the socket is a Duplex, in octets",
    async play({ client }, saw) {
      const { Duplex: StreamDuplex } = await import("node:stream");
      saw([client instanceof StreamDuplex, client.readableObjectMode, client.writableObjectMode]);
    },
  },
  {
    title: "Symbol.asyncDispose destroys",
    async play({ client, server }, saw) {
      server.on("error", () => undefined);
      client.on("error", () => undefined);
      server.resume();
      await client[Symbol.asyncDispose]();
      saw(client.destroyed);
    },
  },
  {
    title: "the highest water mark is 64 KiB",
    async play({ client }, saw) {
      saw([client.readableHighWaterMark, client.writableHighWaterMark]);
      await turn();
    },
  },
];
