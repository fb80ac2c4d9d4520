import { encodeEnvelope, type Envelope } from "@flor/wire";
import type { ConformanceCase } from "../conformance-case.ts";
import { Section } from "../contract.ts";
import { datagramOf, handshakeDatagram, readHandshake } from "../datagram.ts";
import { demand } from "../finding.ts";
import { handshakeMac, MAC_OCTETS } from "../handshake-mac.ts";
import type { Bench } from "../bench.ts";
import type { TestedLink } from "../tested-link.ts";
import { encodeWithUnknownFields } from "../unknown-fields.ts";
import { sendHandshake } from "./handshake-order.ts";

const group = "handshake";

/** Messages that a link must not accept, and messages that must not break it. */
export const handshakeStrangerCases: readonly ConformanceCase[] = [
  {
    id: "HAND-04",
    group,
    title: "a Welcome with a wrong MAC is ignored, and the true one after it is taken",
    level: "must",
    section: Section.handshake,
    async run(bench) {
      await expectIgnored(bench, "a Welcome with a wrong MAC", (link, welcome) => {
        const read = readHandshake(welcome);
        const envelope = read?.envelope ?? new Uint8Array(0);
        const right = read?.mac ?? new Uint8Array(MAC_OCTETS);
        link.sendRaw(handshakeDatagram(envelope, new Uint8Array(MAC_OCTETS)));
        // Wrong in one octet each, because a link may compare only a part.
        for (let at = 0; at < MAC_OCTETS; at += 1)
          link.sendRaw(handshakeDatagram(envelope, right.with(at, (right[at] ?? 0) ^ 1)));
      });
    },
  },
  {
    id: "HAND-06",
    group,
    title: "unknown fields and unknown capabilities in Welcome are ignored",
    level: "must",
    section: Section.control,
    async run(bench) {
      const link = await bench.start();
      const node = { welcome: undefined as Uint8Array | undefined };
      link.outbound = (datagram) => {
        const welcome = readHandshake(datagram)?.message.welcome;
        if (!welcome) return datagram;
        node.welcome ??= withUnknown(link, welcome);
        return node.welcome;
      };
      // The node's end hashes the Welcome that it made, not the one that went: this session is the case's alone.
      await link.until(() => link.readies > 0, "a Ready after a Welcome with unknown fields");
    },
  },
  {
    id: "HAND-07",
    group,
    title: "a Welcome from another source port is ignored",
    level: "must",
    section: Section.against,
    async run(bench) {
      const stranger = await bench.openSocket();
      await expectIgnored(bench, "a Welcome from another port", (link, welcome) => link.sendRaw(welcome, stranger));
    },
  },
  {
    id: "HAND-08",
    group,
    title: "a Welcome to another Hello is ignored",
    level: "must",
    section: Section.handshake,
    async run(bench) {
      await expectIgnored(bench, "a Welcome made for another Hello", (link, welcome) => {
        const message = readHandshake(welcome)?.message ?? {};
        sendHandshake(link, "welcome", message, encodeEnvelope({ hello: { versions: [1], pid: 1 } }));
      });
    },
  },
  {
    id: "HAND-11",
    group,
    title: "malformed datagrams before the Welcome are dropped",
    level: "must",
    section: Section.datagrams,
    async run(bench) {
      await expectIgnored(bench, "malformed datagrams", (link, welcome) => {
        for (const length of [0, 1, 7, 8, 9, 23, 24, 25, 55, 56, 57]) link.sendRaw(welcome.slice(0, length));
        for (let round = 0; round < 50; round += 1) {
          const garbled = welcome.slice();
          for (let hits = 0; hits < 4; hits += 1) {
            const at = bench.random.nextWord() % garbled.length;
            garbled[at] = (garbled[at] ?? 0) ^ (1 + (bench.random.nextWord() % 255));
          }
          link.sendRaw(garbled);
        }
        link.sendRaw(datagramOf({ high: 0, low: 0 }, [new Uint8Array(2000).fill(0xff)]));
      });
    },
  },
];

/** Holds the real Welcome back while `offer` sends something instead: the link must keep sending Hello. */
async function expectIgnored(
  bench: Bench,
  what: string,
  offer: (link: TestedLink, welcome: Uint8Array) => void,
): Promise<void> {
  const link = await bench.start();
  let welcome: Uint8Array | undefined;
  let isHeldBack = true;
  link.outbound = (datagram) => {
    if (readHandshake(datagram)?.message.welcome) welcome = datagram;
    return isHeldBack ? undefined : datagram;
  };
  await link.untilHello();
  const offered = await link.until(() => welcome, "the Hello to be answered");
  const before = link.hellos;
  offer(link, offered);
  await link.until(
    () => link.hellos > before + 1 || link.readies > 0,
    `Hello again after ${what}`,
    4000,
    () => "the link fell silent",
  );
  demand(link.readies === 0, `Hello again after ${what}`, "the link took it for a Welcome and said Ready");
  isHeldBack = false;
  await link.untilReady();
}

/** A Welcome with fields and capabilities of a later version, and the MAC that belongs to it. */
function withUnknown(link: TestedLink, welcome: NonNullable<Envelope["welcome"]>): Uint8Array {
  const capabilities = [...(welcome.capabilities ?? []), "telepathy", ""];
  const envelope = encodeWithUnknownFields({ welcome: { ...welcome, capabilities } });
  const mac = handshakeMac(link.secret, "welcome", [link.hello?.envelope ?? new Uint8Array(0)], envelope);
  return handshakeDatagram(envelope, mac);
}
