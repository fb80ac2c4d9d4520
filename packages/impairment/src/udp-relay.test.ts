import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { expect, test } from "vitest";
import { UdpRelay } from "./udp-relay.ts";

async function endpoint(): Promise<Socket> {
  const socket = createSocket("udp4");
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  return socket;
}

const nextDatagram = async (socket: Socket): Promise<string> => String((await once(socket, "message"))[0]);

test("a relay carries datagrams both ways, to endpoints that it was told or has learnt", async () => {
  await using left = await endpoint();
  await using right = await endpoint();
  await using relay = await UdpRelay.start({ right: { address: "127.0.0.1", port: right.address().port } });

  left.send("to the right", relay.leftPort, "127.0.0.1");
  expect(await nextDatagram(right)).toBe("to the right");
  right.send("to the left", relay.rightPort, "127.0.0.1");
  expect(await nextDatagram(left)).toBe("to the left");
});

test("a relay delays, and counts what it dropped", async () => {
  await using left = await endpoint();
  await using right = await endpoint();
  await using relay = await UdpRelay.start({
    right: { address: "127.0.0.1", port: right.address().port },
    impairments: { delayMs: 30, mtuOctets: 10 },
  });

  const start = performance.now();
  left.send("much too long", relay.leftPort, "127.0.0.1");
  left.send("in time", relay.leftPort, "127.0.0.1");
  expect(await nextDatagram(right)).toBe("in time");
  // Node's timers may fire up to a millisecond early.
  expect(performance.now() - start).toBeGreaterThanOrEqual(29);
  expect(relay.counts.toRight).toMatchObject({ received: 2, sent: 1, tooLong: 1 });
});

test("a relay keeps what it was asked to lose", async () => {
  await using left = await endpoint();
  await using right = await endpoint();
  await using relay = await UdpRelay.start({ right: { address: "127.0.0.1", port: right.address().port } });

  relay.changeToRight({ loss: 1 });
  left.send("lost", relay.leftPort, "127.0.0.1");
  await expect.poll(() => relay.counts.toRight.lost).toBe(1);
  relay.changeToRight({});
  left.send("healed", relay.leftPort, "127.0.0.1");
  expect(await nextDatagram(right)).toBe("healed");
});
