/**
 * The impairment box, a process of its own: two TUN devices and an impaired path each way between them.
 *
 * Arguments: the names of the two devices, and the first order as JSON. Each line on standard input is a further order;
 * each line on standard output is JSON: `{"ready":true}` first, the counts whenever an order asks, and at the end.
 * It ends when standard input does, so it never outlives the test.
 */
import { createInterface } from "node:readline";
import { ImpairedPath } from "@flor/impairment";
import type { BoxOrder } from "./box-order.ts";
import { Tun, TunWait } from "./tun.ts";

/** Packets taken from one device before the other has its turn. */
const BURST_PACKETS = 256;
/** Orders on standard input are seen between two waits. */
const LONGEST_WAIT_MS = 5;

const [leftName, rightName, firstOrder] = process.argv.slice(2);
const order = JSON.parse(firstOrder!) as BoxOrder;
const seed = order.seed ?? 1;
const left = new Tun(leftName!);
const right = new Tun(rightName!);
const toRight = new ImpairedPath(order.toRight ?? {}, seed);
const toLeft = new ImpairedPath(order.toLeft ?? {}, seed + 1);
const bothDevices = new TunWait(left, right);
const packet = new Uint8Array(65_536);

function carry(from: Tun, path: ImpairedPath, to: Tun): void {
  const now = performance.now();
  for (let count = 0; count < BURST_PACKETS; count += 1) {
    const length = from.read(packet);
    if (length === 0) break;
    if (path.offer(packet.subarray(0, length), now)) to.write(packet, length);
  }
  for (let due = path.takeDue(now); due !== undefined; due = path.takeDue(now)) to.write(due, due.length);
}

function waitMs(): number {
  const next = Math.min(toRight.nextAt ?? Infinity, toLeft.nextAt ?? Infinity) - performance.now();
  // poll() counts whole milliseconds: rounded down, the last one is spent turning, and delays stay exact.
  return Math.max(0, Math.min(LONGEST_WAIT_MS, Math.floor(next)));
}

function turn(): void {
  bothDevices.wait(waitMs());
  carry(left, toRight, right);
  carry(right, toLeft, left);
  setImmediate(turn);
}

function say(line: object): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

function obey(line: string): void {
  const next = JSON.parse(line) as BoxOrder;
  if (next.toRight !== undefined) toRight.change(next.toRight);
  if (next.toLeft !== undefined) toLeft.change(next.toLeft);
  say({ counts: { toRight: toRight.counts, toLeft: toLeft.counts }, order: next.number });
}

createInterface({ input: process.stdin })
  .on("line", obey)
  .on("close", () => {
    say({ counts: { toRight: toRight.counts, toLeft: toLeft.counts } });
    process.exit(0);
  });
say({ ready: true });
turn();
