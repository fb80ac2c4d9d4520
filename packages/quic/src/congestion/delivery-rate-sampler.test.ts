import { expect, test } from "vitest";
import { DeliveryRateSampler } from "./delivery-rate-sampler.ts";
import { makeFields } from "./in-flight-fields.testing.ts";

const PACKET = 1000;

/** Sends and acknowledges packets by hand. */
class Sampled {
  readonly sampler = new DeliveryRateSampler();
  readonly fields = makeFields(256);
  inFlight = 0;
  #next = 0;

  send(count: number, now: number): number[] {
    return Array.from({ length: count }, () => {
      const slot = this.#next++;
      this.fields.sentAt[slot] = now;
      this.fields.octets[slot] = PACKET;
      this.inFlight += PACKET;
      this.sampler.handleSent(this.fields, slot, this.inFlight, now);
      return slot;
    });
  }

  acknowledge(slots: readonly number[], now: number, minRttMs = 10): number {
    this.sampler.clear();
    for (const slot of slots) this.sampler.handleAcked(this.fields, slot, now);
    this.inFlight -= slots.length * PACKET;
    this.sampler.finish(minRttMs);
    return this.sampler.rate;
  }
}

test("packets spread over the path's round trip show its rate", () => {
  const sampled = new Sampled();
  const sent: number[] = [];
  let rate = 0;
  for (let now = 0; now < 60; now += 1) {
    if (now >= 20) rate = sampled.acknowledge([sent.shift()!], now, 20);
    sent.push(...sampled.send(1, now));
  }
  expect(rate).toBe(PACKET);
});

test("acknowledgements that come in a clump do not show a higher rate than packets were sent at", () => {
  const sampled = new Sampled();
  const sent = Array.from({ length: 40 }, (_, now) => sampled.send(1, now)[0]!);
  expect(sampled.acknowledge(sent, 45)).toBeLessThanOrEqual(PACKET);
});

test("over less than the least round trip no rate is told", () => {
  const sampled = new Sampled();
  const [slot] = sampled.send(1, 0);
  expect(sampled.acknowledge([slot!], 5, 10)).toBe(0);
});

test("packets sent while we had nothing more are marked, until they are delivered", () => {
  const sampled = new Sampled();
  const first = sampled.send(2, 0);
  sampled.sampler.markLimited(sampled.inFlight);
  const second = sampled.send(1, 1);
  sampled.acknowledge(first, 20);
  expect(sampled.sampler.isLimited).toBe(false);
  sampled.acknowledge(second, 21);
  expect(sampled.sampler.isLimited).toBe(true);
  const third = sampled.send(1, 22);
  sampled.acknowledge(third, 40);
  expect(sampled.sampler.isSendingLimited).toBe(false);
  sampled.acknowledge(sampled.send(1, 41), 60);
  expect(sampled.sampler.isLimited).toBe(false);
});

test("a sample counts what was lost since its packet left", () => {
  const sampled = new Sampled();
  const [kept] = sampled.send(1, 0);
  sampled.sampler.lost += 3 * PACKET;
  sampled.acknowledge([kept!], 20);
  expect(sampled.sampler.sampleLost).toBe(3 * PACKET);
  sampled.sampler.handleSpuriousLoss(PACKET);
  expect([sampled.sampler.lost, sampled.sampler.delivered]).toEqual([2 * PACKET, 2 * PACKET]);
});
