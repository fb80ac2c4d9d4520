import { describe, expect, it } from "vitest";
import { seededRandom } from "../endpoint-pair.testing.ts";
import { EnginePair, RESET_TOKEN, type WirePlan } from "./engine-pair.testing.ts";
import { pattern, Transfer } from "./transfer.testing.ts";

function mixOf(seed: number): WirePlan {
  const random = seededRandom(seed);
  return {
    delayMs: 0.1 + random() * 100,
    rate: random() < 0.3 ? Infinity : 100 + random() * 10_000,
    bufferOctets: 20_000 + random() * 200_000,
    loss: random() < 0.4 ? 0 : random() * 0.2,
    duplication: random() < 0.6 ? 0 : random() * 0.3,
    reordering: random() < 0.6 ? 0 : random() * 0.4,
  };
}

describe("a path that mixes loss, delay, reordering, duplication and a bottleneck", () => {
  it.each(Array.from({ length: 40 }, (_, seed) => seed))("is crossed whole in both directions, seed %i", (seed) => {
    const pair = new EnginePair({ wire: mixOf(seed), back: mixOf(seed + 1000), seed });
    pair.runUntil(() => pair.client.isEstablished() && pair.server.isEstablished());
    pair.runFor(100);
    const sizes = [1400, 1400, 15_000];
    for (const end of [pair.client, pair.server]) end.setDatagramBounds(1400, sizes[seed % 3] ?? 1400);
    const transfers = [
      new Transfer(pair.client, pair.server, pattern(200_000)),
      new Transfer(pair.client, pair.server, pattern(1, 3)),
      new Transfer(pair.server, pair.client, pattern(150_000, 9)),
      new Transfer(pair.server, pair.client, new Uint8Array(0)),
    ];
    pair.server.send(transfers[3]?.stream ?? 0, new Uint8Array(0), true);
    pair.runUntil(
      () => transfers.every((transfer) => transfer.isEnded),
      () => transfers.forEach((transfer) => transfer.work(pair)),
    );
    expect(transfers.map(({ isRight, received }) => [isRight, received])).toEqual([
      [true, 200_000],
      [true, 1],
      [true, 150_000],
      [true, 0],
    ]);
  });
});

describe("a handshake", () => {
  it.each(Array.from({ length: 50 }, (_, seed) => seed))("of fifty survives 30 % loss, %i", (seed) => {
    const pair = new EnginePair({ wire: { loss: 0.3 }, seed });
    pair.runUntil(() => pair.client.isEstablished() && pair.server.isEstablished(), undefined, 60_000);
    expect(pair.client.protocol).toBe("test");
  });

  it("takes a path of 1.5 s", () => {
    const pair = new EnginePair({ wire: { delayMs: 750 } }).establish();
    const transfer = new Transfer(pair.client, pair.server, pattern(100_000));
    pair.runUntil(
      () => transfer.isEnded,
      () => transfer.work(pair),
    );
    expect(pair.figures(pair.client).spuriousLosses).toBe(0);
  });

  it("has a server send three times what it was sent at most, while nothing proves the address", () => {
    const pair = new EnginePair();
    let [received, sent] = [0, 0];
    pair.tap = (octets, from) => {
      if (from === "server") sent += octets.length;
      else if (received > 0) return false;
      else received += octets.length;
      return undefined;
    };
    pair.runFor(20_000);
    expect(sent).toBeGreaterThan(received);
    expect(sent).toBeLessThanOrEqual(3 * received);
  });

  it("fills each datagram with an Initial to 1,200 octets, as client and as server", () => {
    const pair = new EnginePair();
    const small: number[] = [];
    pair.tap = (octets) => {
      const isInitial = ((octets[0] ?? 0) & 0xf0) === 0xc0;
      if (isInitial && octets.length < 1200) small.push(octets.length);
    };
    pair.runUntil(() => pair.client.isEstablished() && pair.server.isEstablished());
    expect(small).toEqual([]);
  });
});

describe("silence", () => {
  it("ends an idle connection at both ends after the idle timeout, in virtual time", () => {
    const pair = new EnginePair().establish();
    pair.runFor(29_000);
    expect(pair.client.isClosed()).toBe(false);
    pair.runFor(2000);
    expect([pair.client.closeReason().by, pair.server.closeReason().by]).toEqual(["timeout", "timeout"]);
  });

  it("of two hours is bridged by a ping every ten seconds", () => {
    const pair = new EnginePair().establish();
    const end = pair.now + 2 * 3600 * 1000;
    while (pair.now < end) {
      pair.client.ping();
      pair.runFor(10_000);
    }
    expect(pair.client.isEstablished()).toBe(true);
    const transfer = new Transfer(pair.client, pair.server, pattern(5000));
    pair.runUntil(
      () => transfer.isEnded,
      () => transfer.work(pair),
    );
    expect(pair.sent.client).toBeLessThan(1500);
  });

  it("of a path for two seconds is made up for within a second of its return", () => {
    const pair = new EnginePair({ wire: { delayMs: 20, rate: 2500, bufferOctets: 100_000 } }).establish();
    const transfer = new Transfer(pair.client, pair.server, pattern(20_000_000));
    const work = (): void => transfer.work(pair);
    pair.runFor(1000, work);
    pair.tap = () => false;
    pair.runFor(2000, work);
    pair.tap = undefined;
    // As an owner does that hears nothing.
    pair.client.ping();
    const before = transfer.received;
    pair.runFor(1000, work);
    expect(transfer.received - before).toBeGreaterThan(500_000);
  });
});

describe("keys", () => {
  const limited = { confidentialityLimit: 200, integrityLimit: 2 ** 36 };

  it("are updated before their limit, as often as it takes", () => {
    const pair = new EnginePair({ plain: limited, wire: { rate: 1250, bufferOctets: 30_000 } }).establish();
    const transfer = new Transfer(pair.client, pair.server, pattern(3_000_000));
    pair.runUntil(
      () => transfer.isEnded,
      () => transfer.work(pair),
    );
    expect(transfer.isRight).toBe(true);
    expect(pair.figures(pair.client).sentPackets).toBeGreaterThan(1000);
  });

  it("are updated in the middle of loss and reordering, by both ends at once", () => {
    const pair = new EnginePair({ wire: { loss: 0.05, reordering: 0.2 }, seed: 3 }).establish();
    const transfers = [
      new Transfer(pair.client, pair.server, pattern(500_000)),
      new Transfer(pair.server, pair.client, pattern(500_000)),
    ];
    let updates = 0;
    pair.runUntil(
      () => transfers.every(({ isEnded }) => isEnded),
      () => {
        for (const transfer of transfers) transfer.work(pair);
        for (const end of [pair.client, pair.server]) if (end.updateKeys()) updates += 1;
      },
    );
    expect(updates).toBeGreaterThan(4);
    expect(transfers.every(({ isRight }) => isRight)).toBe(true);
  });

  it("end the connection when too many packets are not authentic", () => {
    const pair = new EnginePair({ plain: { ...limited, integrityLimit: 5 } }).establish();
    const packet = pair.forge("client", 1000, [1]);
    for (let count = 0; count < 5; count += 1) {
      const damaged = packet.slice();
      damaged[20] = (damaged[20] ?? 0) ^ (count + 1);
      pair.deliver("server", damaged);
    }
    expect(pair.server.closeReason()).toMatchObject({ by: "local", code: 0x0f });
  });
});

describe("the path's MTU", () => {
  it("is found by probes within what the owner declares", () => {
    const pair = new EnginePair({ wire: { mtu: 9000, rate: 25_000 } }).establish();
    for (const end of [pair.client, pair.server]) end.setDatagramBounds(1400, 15_000);
    const transfer = new Transfer(pair.client, pair.server, pattern(30_000_000), false);
    pair.runFor(10_000, () => transfer.work(pair));
    expect(pair.client.datagramOctets).toBeGreaterThan(8000);
    expect(pair.client.datagramOctets).toBeLessThanOrEqual(9000);
  });

  it("is found by who sends nothing but datagrams", () => {
    const pair = new EnginePair({ wire: { mtu: 9000, rate: 25_000 } }).establish();
    pair.client.setDatagramBounds(1400, 15_000);
    const datagram = new Uint8Array(1200);
    const [before, end] = [pair.client.maxDatagramPayload, pair.now + 10_000];
    while (pair.client.maxDatagramPayload < 8000 && pair.now < end) {
      for (let count = 0; count < 8; count += 1) pair.client.sendDatagram(datagram);
      pair.runFor(1);
    }
    expect(before).toBeLessThan(1400);
    expect(pair.client.maxDatagramPayload).toBeGreaterThan(8000);
    expect(pair.client.datagramOctets).toBeLessThanOrEqual(9000);
  });

  it("that shrinks without a word is noticed by what no longer arrives", () => {
    const pair = new EnginePair({ wire: { mtu: 1400 } }).establish();
    for (const end of [pair.client, pair.server]) end.setDatagramBounds(1400, 1400);
    const transfer = new Transfer(pair.client, pair.server, pattern(3_000_000));
    pair.runFor(100, () => transfer.work(pair));
    pair.wire = { mtu: 1250 };
    pair.runUntil(
      () => transfer.isEnded,
      () => transfer.work(pair),
      60_000,
    );
    expect(transfer.isRight).toBe(true);
    expect(pair.client.datagramOctets).toBeLessThanOrEqual(1250);
  });
});

describe("the end", () => {
  it("is told again to a peer that goes on sending, at 1, 2, 4 … packets", () => {
    const pair = new EnginePair().establish();
    pair.client.close(true, 7, "over");
    expect(pair.transmit("client")).toBeGreaterThan(0);
    let answers = 0;
    for (let count = 0; count < 64; count += 1) {
      pair.inject("client", 1000 + count, [1]);
      if (pair.transmit("client") > 0) answers += 1;
    }
    expect(answers).toBe(7);
    pair.runFor(2000);
    expect(pair.client.isClosed()).toBe(true);
  });

  it("is not answered by the end that was told", () => {
    const pair = new EnginePair().establish();
    pair.client.close(true, 7, "over");
    pair.turn();
    pair.runFor(15);
    const { server } = pair.sent;
    expect(pair.server.isDraining()).toBe(true);
    pair.inject("server", 1000, [1]);
    pair.runFor(5);
    expect(pair.sent.server).toBe(server);
    expect(pair.server.closeReason()).toMatchObject({ by: "peer", application: true, code: 7, text: "over" });
  });

  it("during the handshake hides the application's words", () => {
    const pair = new EnginePair();
    pair.turn();
    pair.runFor(10.5);
    pair.server.close(true, 7, "secret");
    pair.runUntil(() => pair.client.isDraining());
    expect(pair.client.closeReason()).toEqual({ by: "peer", application: false, code: 0x0c, text: "" });
  });

  it("comes by a stateless reset, and by no other octets of that size", () => {
    const pair = new EnginePair().establish();
    const reset = new Uint8Array(40).fill(0x41);
    expect(pair.deliver("client", reset)).toBe(false);
    reset.set(RESET_TOKEN, 24);
    expect(pair.deliver("client", reset)).toBe(true);
    expect(pair.client.closeReason().by).toBe("lost");
  });
});
