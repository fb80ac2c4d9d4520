import type { LocalSocket } from "@flor/flows";
import { expect, it } from "vitest";
import { clientSockets, INBOUND_ASSOCIATIONS_MAX, INBOUND_CLIENTS_MAX, inboundBounds } from "./client-sockets.ts";
import { LOGIN_WAIT_MAX_MS, mayWait } from "./login-wait.ts";

it("an inbound has 16,384 clients and 4,096 associations, and of few descriptors a quarter for associations", () => {
  const most = { clients: INBOUND_CLIENTS_MAX, associations: INBOUND_ASSOCIATIONS_MAX };
  expect(inboundBounds(INBOUND_CLIENTS_MAX + INBOUND_ASSOCIATIONS_MAX)).toEqual(most);
  expect(inboundBounds(1_000_000)).toEqual(most);
  const one = INBOUND_CLIENTS_MAX + INBOUND_ASSOCIATIONS_MAX - 1;
  expect(inboundBounds(one)).toEqual({ ...most, clients: INBOUND_CLIENTS_MAX - 1 });
  expect(inboundBounds(100)).toEqual({ clients: 75, associations: 25 });
  expect(inboundBounds(3)).toEqual({ clients: 3, associations: 0 });
});

it("an association beyond the bound is refused and counted, until another one is closed", async () => {
  const counted: string[] = [];
  const open = clientSockets(
    () => 1,
    (reason) => void counted.push(reason),
  );
  const local = { address: "127.0.0.1", port: 1080 };
  const ends = { local, remote: { address: "127.0.0.1", port: 5000 } } as LocalSocket;
  type Opened = Parameters<Parameters<typeof open>[2]["handleOpen"]>[0];
  const ask = (): Promise<Opened> =>
    new Promise((handleOpen) => {
      open(ends, 0, { handleOpen, handleClientDatagram: () => {}, handleDropped: () => {} });
    });
  const first = await ask();
  expect([first === undefined, await ask(), counted]).toEqual([false, undefined, ["too-many-associations"]]);
  first?.close();
  first?.close();
  const next = await ask();
  expect([next === undefined, await ask(), counted.length]).toEqual([false, undefined, 2]);
  next?.close();
});

it("a client of a source that guessed wrong waits for its turn up to ten seconds", () => {
  expect([mayWait(LOGIN_WAIT_MAX_MS, 0), mayWait(LOGIN_WAIT_MAX_MS, 1)]).toEqual([true, false]);
  expect([mayWait(1, LOGIN_WAIT_MAX_MS - 1), mayWait(1, LOGIN_WAIT_MAX_MS)]).toEqual([true, false]);
});
