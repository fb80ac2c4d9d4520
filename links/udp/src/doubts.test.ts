import { beforeEach, describe, expect, it } from "vitest";
import { AssembledLink } from "./assembled-link.testing.ts";
import { DOUBT_PAUSE_MS, Doubts, DOUBTS_MAX, ERRORS_PER_SECOND, REFUSAL_PAUSE_MS } from "./doubts.ts";
import { endpoint, frame } from "./memory.testing.ts";
import type { UdpPort } from "./udp-port.ts";

const TOKEN = { high: 1, low: 2 };
const TOKEN_OCTETS = Uint8Array.of(0, 0, 0, 1, 0, 0, 0, 2);
const THERE = endpoint("192.0.2.9");

let link: AssembledLink;
let doubts: Doubts;
let port: UdpPort;
let waiting: { readonly run: () => void; readonly at: number }[];
let ups: (boolean | undefined)[];

/** Lets time pass, and what is due run, in order. */
function pass(ms: number): void {
  const end = link.now + ms;
  for (;;) {
    const [next] = waiting.toSorted((a, b) => a.at - b.at);
    if (next === undefined || next.at > end) break;
    waiting.splice(waiting.indexOf(next), 1);
    link.now = next.at;
    next.run();
  }
  link.now = end;
}

function hear(): void {
  link.wire.receive(THERE, frame(0, TOKEN, new Uint8Array(8)));
}

beforeEach(() => {
  link = new AssembledLink();
  waiting = [];
  ups = [];
  const clock = {
    now: () => link.now,
    later: (run: () => void, ms: number) => void waiting.push({ run, at: link.now + ms }),
  };
  doubts = new Doubts(link.ports, link.probing, (name) => link.node.count(name), clock);
  port = link.neighbour("home", THERE.host, { token: TOKEN_OCTETS });
  hear();
  port.path.roundTripMs = 1;
  link.wire.datagrams.length = 0;
  const announce = link.node.announce.bind(link.node);
  link.node.announce = (one) => {
    ups.push(one.up);
    announce(one);
  };
});

describe("a neighbour of which ICMP says that nobody is there", () => {
  it("is asked three times, and when it is silent taken down for a moment, with the reason", () => {
    doubts.handleError("ECONNREFUSED", THERE);
    pass(100);
    expect(link.wire.datagrams.map(({ to }) => to.host)).toEqual([THERE.host, THERE.host, THERE.host]);
    expect(ups).toEqual([]);
    pass(1000);
    expect(ups).toContain(false);
    expect(link.node.ports.get(port.number)).toMatchObject({
      up: true,
      problem: expect.stringContaining("nothing listens there"),
    });
  });

  it("is left alone when it answers: anybody can forge an error", () => {
    doubts.handleError("ECONNREFUSED", THERE);
    pass(40);
    hear();
    pass(1000);
    expect(ups).not.toContain(false);
  });

  it("is not believed to be there for what was on its way before", () => {
    doubts.handleError("ECONNREFUSED", THERE);
    pass(5);
    hear();
    pass(1000);
    expect(ups).toContain(false);
  });

  it("is taken down once, until it is heard again and a minute has passed, whatever is forged", () => {
    for (let n = 0; n < 5; n += 1) {
      doubts.handleError("ECONNREFUSED", THERE);
      pass(1000);
    }
    expect(ups.filter((up) => up === false)).toHaveLength(1);
    for (const end = link.now + REFUSAL_PAUSE_MS - 10_000; link.now < end; pass(1000)) {
      hear();
      doubts.handleError("ECONNREFUSED", THERE);
    }
    expect(ups.filter((up) => up === false)).toHaveLength(1);
    pass(10_000);
    hear();
    doubts.handleError("ECONNREFUSED", THERE);
    pass(1000);
    expect(ups.filter((up) => up === false)).toHaveLength(2);
  });

  it("is asked once a second, however many errors are forged", () => {
    for (const end = link.now + 10 * DOUBT_PAUSE_MS; link.now < end; pass(10)) {
      hear();
      doubts.handleError("ECONNREFUSED", THERE);
    }
    expect(link.node.counts.get("doubts")).toBe(10);
    expect(link.wire.datagrams.length).toBeLessThanOrEqual(30);
    expect(ups).not.toContain(false);
  });

  it("has two round trips to answer where one takes long", () => {
    port.path.roundTripMs = 340;
    doubts.handleError("ECONNREFUSED", THERE);
    pass(700);
    hear();
    pass(1000);
    expect(ups).not.toContain(false);
    doubts.handleError("ECONNREFUSED", THERE);
    pass(1000);
    expect(ups).toContain(false);
  });

  it.each([undefined, 360, 3000])("is left to hellos where a round trip takes %s ms", (roundTripMs) => {
    port.path.roundTripMs = roundTripMs;
    doubts.handleError("ECONNREFUSED", THERE);
    pass(2000);
    expect(link.wire.datagrams).toEqual([]);
    expect(ups).not.toContain(false);
  });

  it("is not announced again when it went while it was down", () => {
    doubts.handleError("ECONNREFUSED", THERE);
    pass(316);
    expect(ups.at(-1)).toBe(false);
    link.ports.setNeighbours([]);
    ups.length = 0;
    pass(1000);
    expect(ups).toEqual([]);
  });

  it("is not doubted for errors of another kind or of another address, nor when it was silent anyway", () => {
    doubts.handleError("EMSGSIZE", THERE);
    doubts.handleError("ECONNREFUSED", endpoint("192.0.2.10"));
    link.now += 10_000;
    doubts.handleError("ECONNREFUSED", THERE);
    pass(1000);
    expect(link.wire.datagrams).toEqual([]);
    expect(link.node.counts.get("error.ECONNREFUSED")).toBe(2);
  });

  it("costs few probes, however many errors come, and of however many neighbours", () => {
    expect(DOUBTS_MAX).toBeGreaterThan(ERRORS_PER_SECOND);
    for (let n = 0; n < 2 * DOUBTS_MAX; n += 1) {
      const address = endpoint(`198.51.100.${n}`);
      const neighbour = link.neighbour(`n${n}`, address.host);
      neighbour.heardAt = link.now;
      neighbour.path.roundTripMs = 1;
    }
    link.wire.datagrams.length = 0;
    for (let n = 0; n < 2 * DOUBTS_MAX; n += 1) doubts.handleError("ECONNREFUSED", endpoint(`198.51.100.${n}`));
    pass(200);
    expect(link.wire.datagrams).toHaveLength(3 * ERRORS_PER_SECOND);
  });
});
