/** Control connections that owe an acknowledgement while their link is away. */
import { expect, test } from "vitest";
import { peerOf } from "./memory-network.testing.ts";
import { StagedNetwork } from "./staged-network.testing.ts";

/** The two meet, introduce themselves and tell each other all they know within this time. */
const MEETING_MS = 200;
const STEP_MS = 5;
const AWAY_MS = 300;
/** Tries every 25 milliseconds, hellos and dials. */
const TURNS_MAX = 100;

test("a node rests while its link is away, whatever it was about to say", () => {
  for (let metMs = STEP_MS; metMs <= MEETING_MS; metMs += STEP_MS) {
    const net = new StagedNetwork();
    const toHome = peerOf("home", { link: "wan", address: "192.0.2.2:4600" });
    const laptop = net.add("laptop", { peers: [toHome] });
    const home = net.add("home", { peers: [peerOf("laptop", { link: "wan" })] });
    net.connect(laptop, { key: toHome.id, address: "192.0.2.2:4600" }, home, { address: "192.0.2.1:4600" });
    net.run(metMs);
    const turn = home.node.turn.bind(home.node);
    let turns = 0;
    home.node.turn = (now) => {
      turns += 1;
      return turn(now);
    };
    home.node.links.detach("wan", net.now);
    net.run(AWAY_MS);
    expect(turns).toBeLessThan(TURNS_MAX);
  }
});
