import { expect, test } from "vitest";
import type { PortTable } from "./port-table.ts";
import { LOOKS_MAX, Silence } from "./silence.ts";
import type { UdpPort } from "./udp-port.ts";

test("four silent addresses are looked at at once, and the others when one is done", async () => {
  const all = Array.from({ length: LOOKS_MAX + 2 }, (_, n) => ({
    address: `192.0.2.${n}:4600`,
    endpoint: { host: `192.0.2.${n}`, port: 4600 },
    heardAt: 0,
    lookedAt: -100_000,
  })) as unknown as UdpPort[];
  const done: (() => void)[] = [];
  const ports = { all, setProblem: () => {} } as unknown as PortTable;
  const silence = new Silence(ports, () => new Promise((resolve) => done.push(() => resolve(undefined))));
  silence.handleTimeout(10_000);
  expect(done).toHaveLength(LOOKS_MAX);
  silence.handleTimeout(10_250);
  expect(done).toHaveLength(LOOKS_MAX);
  done[0]!();
  await new Promise(setImmediate);
  silence.handleTimeout(10_500);
  expect(done).toHaveLength(LOOKS_MAX + 1);
});
