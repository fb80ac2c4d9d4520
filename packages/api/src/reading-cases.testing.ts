import { once } from "node:events";
import { pipeline } from "node:stream/promises";
import { setImmediate as turn } from "node:timers/promises";
import { LARGE, closed, endOf, octets, readAll, readOctets, type SocketCase } from "./socket-case.testing.ts";

/** How reading stops and goes on, time-outs, and the rest of the surface. */
export const READING_CASES: readonly SocketCase[] = [
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
