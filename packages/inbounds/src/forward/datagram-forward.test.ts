import type { DatagramDrop, DatagramRouter } from "@flor/flows";
import { Cause } from "@flor/wire";
import { expect, test } from "vitest";
import { DatagramForward, FORWARD_CLIENTS_MAX } from "./datagram-forward.ts";

test("a forwarded port has 1,024 clients, and of more the one silent longest makes room", () => {
  const dropped: DatagramDrop[] = [];
  let now = 0;
  let opened = 0;
  const router: DatagramRouter = {
    now: () => (now += 1),
    wayFor: () => ["home"],
    openDatagrams: (request) => {
      opened += 1;
      request.reply(Cause.OK, undefined);
    },
    // No flow takes anything here.
    dropDatagram: (reason) => void (reason === "stream-full" || dropped.push(reason)),
  };
  const destination = { target: { kind: "domain", name: "dns.example" }, port: 53 } as const;
  const forward = new DatagramForward<number>({ destination, router, send: () => {} });
  const from = (client: number): void => {
    const source = { word0: 0, word1: 0, word2: 0xffff, word3: 0x7f_00_00_01, port: client };
    forward.handleDatagram(new Uint8Array(8), 4, 8, source, () => client);
  };
  for (let client = 1; client <= FORWARD_CLIENTS_MAX; client += 1) from(client);
  from(1);
  expect([forward.size, opened, dropped]).toEqual([FORWARD_CLIENTS_MAX, FORWARD_CLIENTS_MAX, []]);
  from(FORWARD_CLIENTS_MAX + 1);
  expect([forward.size, dropped]).toEqual([FORWARD_CLIENTS_MAX, ["too-many-clients"]]);
  // The first spoke again, so the second went.
  from(1);
  expect(opened).toBe(FORWARD_CLIENTS_MAX + 1);
  from(2);
  expect(opened).toBe(FORWARD_CLIENTS_MAX + 2);
});
