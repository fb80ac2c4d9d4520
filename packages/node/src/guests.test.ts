import type { QuicConnection } from "@flor/quic";
import { expect, test } from "vitest";
import type { Adjacency } from "./adjacency.ts";
import { CONTROL_QUEUE_MAX_OCTETS, ControlConnection } from "./control-connection.ts";
import { GUEST_MS, Guests, GUESTS_MAX } from "./guests.ts";

/** A connection of which nothing is read, and how it was closed. */
function connectionOf(): { readonly connection: QuicConnection<Adjacency>; readonly closed: string[] } {
  const closed: string[] = [];
  const close = (_code: number, reason: string): void => void closed.push(reason);
  return { connection: { role: "client", send: () => 0, close } as unknown as QuicConnection<Adjacency>, closed };
}

function guestsOf(): Guests {
  return new Guests({ allowed: {} as never, handleJoin: () => {}, touch: () => {} });
}

test("sixteen guests are served at once, and there is room when one leaves", () => {
  const guests = guestsOf();
  const all = Array.from({ length: GUESTS_MAX + 2 }, connectionOf);
  for (const { connection } of all.slice(0, -1)) guests.open(connection, 0);
  expect(all.map(({ closed }) => closed.length)).toEqual([...Array<number>(GUESTS_MAX).fill(0), 1, 0]);
  guests.close(all[0]!.connection);
  guests.open(all.at(-1)!.connection, 0);
  expect(all.at(-1)!.closed).toEqual([]);
});

test("a guest is gone after half a minute", () => {
  const guests = guestsOf();
  const { connection, closed } = connectionOf();
  guests.open(connection, 1000);
  expect(guests.nextTimeout()).toBe(1000 + GUEST_MS);
  guests.handleTimeout(1000 + GUEST_MS - 1);
  expect(closed).toEqual([]);
  guests.handleTimeout(1000 + GUEST_MS);
  expect(closed).toHaveLength(1);
});

test("a mebibyte waits for a neighbour that does not read, and what is beyond is refused", () => {
  const control = new ControlConnection(connectionOf().connection);
  const message = { membership: { records: new Uint8Array(1000) } };
  let sent = 0;
  while (control.send(message)) sent += 1;
  const octets = control.waitingOctets / sent;
  expect(control.waitingOctets).toBeLessThanOrEqual(CONTROL_QUEUE_MAX_OCTETS);
  expect(control.waitingOctets + octets).toBeGreaterThan(CONTROL_QUEUE_MAX_OCTETS);
});
