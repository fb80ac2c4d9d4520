import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { expect, test } from "vitest";
import { claimTcpPort } from "./free-port.ts";

test("demos that look for a port at once are given different ones, and a port that is released is given again", async () => {
  const listener = createServer().listen(0, "127.0.0.1");
  await once(listener, "listening");
  const { port: wanted } = listener.address() as AddressInfo;
  const claims = await Promise.all(Array.from({ length: 4 }, () => claimTcpPort(wanted)));
  const ports = claims.map(({ port }) => port);
  expect([new Set(ports).size, ports.includes(wanted)]).toEqual([4, false]);
  for (const claim of claims) claim.release();
  const again = await claimTcpPort(Math.min(...ports));
  expect(ports).toContain(again.port);
  again.release();
  listener.close();
});
