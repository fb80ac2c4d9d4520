import { once } from "node:events";
import { setImmediate as turn } from "node:timers/promises";
import {
  LARGE,
  closed,
  endOf,
  eventsOf,
  octets,
  plain,
  readAll,
  readOctets,
  type SocketCase,
} from "./socket-case.testing.ts";

/** What is written arrives, and how it ends. */
export const CARRYING_CASES: readonly SocketCase[] = [
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
];
