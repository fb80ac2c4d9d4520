import { createSocket } from "node:dgram";
import { once } from "node:events";
import { expect, it } from "vitest";
import { problemAt } from "./address-check.ts";
import { AssembledLink } from "./assembled-link.testing.ts";
import { endpoint } from "./memory.testing.ts";
import { Silence } from "./silence.ts";

it("says that nothing listens at an address, and nothing of one where somebody does", async () => {
  const socket = createSocket("udp4").bind(0, "127.0.0.1");
  await once(socket, "listening");
  const { port } = socket.address();
  expect(await problemAt(endpoint("127.0.0.1", port))).toBeUndefined();
  socket.close();
  await once(socket, "close");
  expect(await problemAt(endpoint("127.0.0.1", port))).toBe("nothing listens there (ICMP: port unreachable)");
});

it("lives when the system refuses to connect at all", async () => {
  // A broadcast address needs a permission (socket(7), SO_BROADCAST).
  expect(await problemAt(endpoint("255.255.255.255"))).toBeTypeOf("string");
});

it("looks at the address of a silent neighbour, tells the node, and takes it back when the neighbour is heard", async () => {
  const link = new AssembledLink();
  const port = link.neighbour("peer", "192.0.2.9", { address: "192.0.2.9:4600" });
  let looks = 0;
  const silence = new Silence(link.ports, async () => ((looks += 1), "nothing listens there"));
  const problem = (): string | undefined => link.node.ports.get(port.number)?.problem;
  for (let second = 0; second < 12; second += 1) {
    link.now += 1000;
    silence.handleTimeout(link.now);
    await Promise.resolve();
  }
  expect([looks, problem()]).toEqual([2, "nothing listens there"]);
  port.heardAt = link.now;
  silence.handleTimeout(link.now + 1);
  expect(problem()).toBeUndefined();
});
