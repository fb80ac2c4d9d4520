import type { openRouteWatch, RouteWatch, Way } from "@flor/host/datagram";
import { beforeEach, describe, expect, it } from "vitest";
import { AssembledLink } from "./assembled-link.testing.ts";
import { endpoint, frame } from "./memory.testing.ts";
import type { UdpPort } from "./udp-port.ts";
import { Ways, WAYS_PER_TURN } from "./ways.ts";

const TOKEN = { high: 1, low: 2 };
const TOKEN_OCTETS = Uint8Array.of(0, 0, 0, 1, 0, 0, 0, 2);

let link: AssembledLink;
let ways: Ways;
let port: UdpPort;
let way: Way;
let asked: number;
let changes: number;
let waiting: { run: () => void; ms: number }[];
let tellChange: () => void;

const watch: RouteWatch = {
  wayTo: () => {
    asked += 1;
    return way;
  },
  close: () => {},
};
const open: typeof openRouteWatch = async (onChange) => {
  tellChange = onChange;
  return watch;
};

function isUp(): boolean | undefined {
  return link.node.ports.get(port.number)?.up;
}

/** Lets what waits run, and the time pass that it waits for. */
function pass(): void {
  for (const { run, ms } of waiting.splice(0)) {
    link.now += ms;
    run();
  }
}

function change(to: Way): void {
  way = to;
  link.now += 5000;
  tellChange();
  pass();
}

beforeEach(async () => {
  link = new AssembledLink();
  waiting = [];
  asked = 0;
  changes = 0;
  way = "open";
  ways = link.ways;
  link.later = (run, ms) => void waiting.push({ run, ms });
  await ways.watch(() => void (changes += 1), open);
  port = link.neighbour("home", "192.0.2.9", { token: TOKEN_OCTETS });
  link.wire.receive(endpoint("192.0.2.9"), frame(0, TOKEN, new Uint8Array(8)));
});

describe("ways", () => {
  it("tell the node at once, and why, when the cable is out, and when it is back", () => {
    expect(isUp()).toBe(true);
    change("no-carrier");
    expect(link.node.ports.get(port.number)).toMatchObject({ up: false, problem: expect.stringContaining("cable") });
    change("open");
    expect(isUp()).toBe(true);
    expect(changes, "its addresses may be others, too").toBe(2);
    expect(link.node.counts.get("port-cut")).toBe(1);
    expect(link.node.counts.get("port-mended")).toBe(1);
  });

  it("leave a port up whose route went elsewhere, and one of which the kernel says nothing", () => {
    change("unknown");
    expect(isUp()).toBe(true);
  });

  it("believe that there is no route when nothing can be sent", () => {
    change("no-route");
    expect(isUp()).toBe(true);
    link.wire.hasRoute = false;
    change("no-route");
    expect(isUp()).toBe(false);
    link.wire.hasRoute = true;
    ways.handleTimeout((link.now += 2000));
    expect(isUp()).toBe(true);
  });

  it("cut a port by a send that fails, without notices, and mend it when one does not", () => {
    link.wire.hasRoute = false;
    link.send(frame(port.number, TOKEN, new Uint8Array(8)));
    expect(isUp()).toBe(false);
    expect(link.node.counts.get("drop.send-no-route")).toBe(1);
    link.wire.hasRoute = true;
    ways.handleTimeout((link.now += 2000));
    expect(isUp()).toBe(true);
  });

  it("do not cut a port for one send that fails, as for errors that are forged", () => {
    const send = link.wire.send.bind(link.wire);
    link.wire.hasRoute = false;
    link.wire.send = (...args) => {
      const outcome = send(...args);
      link.wire.hasRoute = true;
      return outcome;
    };
    link.send(frame(port.number, TOKEN, new Uint8Array(8)));
    expect(link.node.counts.get("drop.send-no-route")).toBe(1);
    expect(link.node.counts.get("port-cut")).toBeUndefined();
    expect(isUp()).toBe(true);
  });

  it("let a neighbour that is heard disprove the kernel until it says otherwise", () => {
    change("no-carrier");
    const hear = (): number => link.wire.receive(endpoint("192.0.2.9"), frame(0, TOKEN, new Uint8Array(8)));
    hear();
    expect(isUp(), "what lay in the kernel").toBe(false);
    link.now += 500;
    hear();
    expect(isUp()).toBe(true);
    change("no-carrier");
    expect(isUp(), "disproven").toBe(true);
    change("open");
    change("no-carrier");
    expect(isUp()).toBe(false);
  });

  it("do not let who knows no token mend a port", () => {
    change("no-carrier");
    link.now += 500;
    link.wire.receive(endpoint("192.0.2.9"), frame(0, { high: 0, low: 0 }, new Uint8Array(8)));
    expect(isUp()).toBe(false);
  });

  it("do not cut off a neighbour that was never heard because of a cable", () => {
    port.heardAt = -Infinity;
    change("no-carrier");
    expect(isUp()).toBe(true);
  });

  it("ask less and less often while changes do not end", () => {
    let looks = 0;
    const from = (link.now += 5000);
    for (; link.now < from + 10_000; link.now += 1) {
      tellChange();
      if (waiting.length === 0) continue;
      looks += 1;
      pass();
    }
    expect(looks).toBeLessThan(30);
  });

  it("ask for many in several turns", () => {
    for (let n = 0; n < WAYS_PER_TURN; n += 1) link.neighbour(`n${n}`, `198.51.100.${n}`);
    asked = 0;
    tellChange();
    pass();
    expect(asked).toBe(WAYS_PER_TURN);
    pass();
    expect(asked).toBe(WAYS_PER_TURN + 1);
  });
});
