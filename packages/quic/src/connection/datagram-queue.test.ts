import { expect, test } from "vitest";
import { DATAGRAM_QUEUE_MAX, DATAGRAM_QUEUE_OCTETS, DatagramQueue, NO_PREFIX } from "./datagram-queue.ts";

function push(queue: DatagramQueue, octets: number, mark = 0): void {
  const datagram = new Uint8Array(octets).fill(mark);
  queue.push(datagram, 0, octets, NO_PREFIX);
}

test("256 KiB of datagrams wait, and for more the oldest go", () => {
  const queue = new DatagramQueue();
  const half = DATAGRAM_QUEUE_OCTETS / 2;
  push(queue, half, 1);
  push(queue, half, 2);
  expect([queue.size, queue.dropped]).toEqual([2, 0]);
  push(queue, 1, 3);
  expect([queue.size, queue.dropped, queue.nextOctets]).toEqual([2, 1, half]);
  push(queue, DATAGRAM_QUEUE_OCTETS, 4);
  expect([queue.size, queue.dropped]).toEqual([1, 3]);
  // One that fits nowhere takes nothing from others.
  push(queue, DATAGRAM_QUEUE_OCTETS + 1, 5);
  expect([queue.size, queue.dropped]).toEqual([1, 4]);
  const whole = new Uint8Array(DATAGRAM_QUEUE_OCTETS);
  expect(queue.shiftTo(whole, 0)).toBe(DATAGRAM_QUEUE_OCTETS);
  expect(whole.every((octet) => octet === 4)).toBe(true);
});

test("1,024 datagrams wait, however short", () => {
  const queue = new DatagramQueue();
  for (let n = 0; n < DATAGRAM_QUEUE_MAX; n += 1) push(queue, 1, n);
  expect([queue.size, queue.dropped]).toEqual([DATAGRAM_QUEUE_MAX, 0]);
  push(queue, 1);
  expect([queue.size, queue.dropped]).toEqual([DATAGRAM_QUEUE_MAX, 1]);
});
