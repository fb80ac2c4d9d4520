import { encodeEnvelope, type Envelope } from "@flor/wire";
import type { Bench } from "../bench.ts";
import type { ConformanceCase } from "../conformance-case.ts";
import { Section } from "../contract.ts";
import { handshakeDatagram, isZero, type ReadHandshake, readHandshake, tokenOf } from "../datagram.ts";
import { applies, demand } from "../finding.ts";
import { handshakeMac } from "../handshake-mac.ts";
import { exitText, type LinkExit } from "../link-child.ts";
import { sameOctets } from "../frame-content.ts";
import type { TestedLink } from "../tested-link.ts";

const group = "handshake";
/** A link that announces when it starts has done so by then. */
const QUIET_MS = 1000;
const EXIT_TEMPORARY = 75;
const EXIT_CONFIGURATION = 78;
/** Reject.Code VERSION and BUSY. */
const REJECT_VERSION = 1;
const REJECT_BUSY = 3;
const NONCE_OCTETS = 32;
/** A socket must at least have room for this. */
const LEAST_RECEIVE_OCTETS = 4096;
const SHORT_DEADLINE_MS = 1500;
/** Four Hellos go within 700 ms; a busy machine may take longer, and the deadline must not end them. */
const REPEAT_MS = 10_000;

/** The handshake as it goes when all is well, and when messages get lost. */
export const handshakeOrderCases: readonly ConformanceCase[] = [
  {
    id: "HAND-01",
    group,
    title: "Hello, Welcome, Ready make a session, each message well-formed and authentic",
    level: "must",
    section: Section.handshake,
    async run(bench) {
      let welcome: Uint8Array | undefined;
      const link = await bench.start();
      link.outbound = (datagram) => {
        welcome ??= readHandshake(datagram)?.envelope;
        return datagram;
      };
      await link.untilHello();
      expectHello(link, link.hello);
      await link.untilReady();
      const { ready } = link;
      demand(ready !== undefined && welcome !== undefined, "a Ready", "none came");
      const mac = handshakeMac(
        link.secret,
        "ready",
        [link.hello?.envelope ?? new Uint8Array(0), welcome],
        ready.envelope,
      );
      demand(sameOctets(mac, ready.mac), "the MAC of Ready over the hashes of Hello and Welcome", "it is another");
    },
  },
  {
    id: "HAND-02",
    group,
    title: "Hello is repeated, the same octets, until it is answered",
    level: "must",
    section: Section.handshake,
    async run(bench) {
      const link = await bench.start({ deadlineMs: 2 * REPEAT_MS });
      const hellos: Uint8Array[] = [];
      link.inbound = (datagram) => {
        if (readHandshake(datagram)?.message.hello) hellos.push(datagram);
        return hellos.length > 3 ? datagram : undefined;
      };
      await link.untilHello();
      await link.until(
        () => hellos.length > 3,
        "four Hellos to a silent node",
        REPEAT_MS,
        () => `${hellos.length} came`,
      );
      const [first, ...others] = hellos;
      const areCopies = others.every((other) => sameOctets(other, first ?? other));
      demand(areCopies, "copies of the first Hello", "the later ones differ");
      await link.untilReady();
    },
  },
  {
    id: "HAND-03",
    group,
    title: "a Welcome that comes several times is harmless",
    level: "must",
    section: Section.handshake,
    async run(bench) {
      const link = await bench.start();
      link.outbound = (datagram) => {
        if (readHandshake(datagram)?.message.welcome) for (let copy = 0; copy < 3; copy += 1) link.sendRaw(datagram);
        return datagram;
      };
      await link.untilReady();
      await link.barrier();
    },
  },
  {
    id: "HAND-12",
    group,
    title: "Ready is repeated until the node speaks within the session",
    level: "must",
    section: Section.handshake,
    async run(bench) {
      const link = await bench.start();
      link.inbound = (datagram) => (readHandshake(datagram)?.message.ready && link.readies < 3 ? undefined : datagram);
      await link.untilReady();
      await link.barrier();
    },
  },
  {
    id: "HAND-05",
    group,
    title: "a Reject for the version ends the process with 78, and its text is printed",
    level: "must",
    section: Section.handshake,
    async run(bench) {
      const text = "this node speaks Flor IO 9";
      const { link, exit } = await rejected(bench, { code: REJECT_VERSION, text, versions: [9] });
      demand(exit.code === EXIT_CONFIGURATION, "exit code 78", `the process ${exitText(exit)}; ${link.said}`);
      demand(link.child.output.includes(text), `the text "${text}" in what it prints`, link.said);
    },
  },
  {
    id: "HAND-13",
    group,
    title: "a Reject because another process holds the session ends the process with 75",
    level: "must",
    section: Section.handshake,
    async run(bench) {
      const { link, exit } = await rejected(bench, { code: REJECT_BUSY, text: "another process is this link" });
      demand(exit.code === EXIT_TEMPORARY, "exit code 75", `the process ${exitText(exit)}; ${link.said}`);
    },
  },
  {
    id: "HAND-09",
    group,
    title: "a link that nobody answers gives up at the deadline it was told, with 75",
    level: "must",
    section: Section.handshake,
    async run(bench) {
      const link = await bench.start({ deadlineMs: SHORT_DEADLINE_MS });
      link.inbound = () => undefined;
      await link.untilHello();
      const exit = await link.untilExit(`an end at the deadline of ${SHORT_DEADLINE_MS} ms`, SHORT_DEADLINE_MS + 2000);
      demand(exit.code === EXIT_TEMPORARY, "exit code 75", `the process ${exitText(exit)}; ${link.said}`);
    },
  },
  {
    id: "HAND-10",
    group,
    title: "nonce and token are new in each run",
    level: "must",
    section: Section.handshake,
    async run(bench) {
      const links = [await bench.start(), await bench.start({}, "far")];
      for (const link of links) await link.untilHello();
      const [one, other] = links.map((link) => link.hello?.message.hello);
      const none = new Uint8Array(0);
      demand(!sameOctets(one?.nonce ?? none, other?.nonce ?? none), "two nonces", "both runs have the same");
      demand(!sameOctets(one?.token ?? none, other?.token ?? none), "two tokens", "both runs have the same");
    },
  },
  {
    id: "HAND-14",
    group,
    title:
      "a link that starts announces no empty list before it has its first Neighbours: the node would take it at its word",
    level: "must",
    section: Section.ports,
    async run(bench) {
      const link = await bench.startReady();
      await new Promise<void>((resolve) => {
        setTimeout(resolve, QUIET_MS);
      });
      await link.barrier();
      const lists = link.envelopes.flatMap(({ ports }) => (ports ? [ports.ports?.length ?? 0] : []));
      demand(!lists.includes(0), "no Ports, or some with a port", "Ports without any");
    },
  },
];

/** Sends a handshake message with its MAC, after the link's Hello or other octets in its place. */
export function sendHandshake(
  link: TestedLink,
  kind: "welcome" | "reject",
  message: Envelope,
  hello: Uint8Array = link.hello?.envelope ?? new Uint8Array(0),
): void {
  const envelope = encodeEnvelope(message);
  link.sendRaw(handshakeDatagram(envelope, handshakeMac(link.secret, kind, [hello], envelope)));
}

/** Answers a link's Hello with a Reject; how the link ended then. */
async function rejected(
  bench: Bench,
  reject: { code: number; text: string; versions?: number[] },
): Promise<{ readonly link: TestedLink; readonly exit: LinkExit }> {
  const link = await bench.start();
  link.inbound = () => undefined;
  await link.untilHello();
  sendHandshake(link, "reject", { reject });
  return { link, exit: await link.untilExit("an end after Reject", 3000) };
}

function expectHello(link: TestedLink, read: ReadHandshake | undefined): void {
  applies(read !== undefined, "no Hello");
  const { hello } = read.message;
  demand(
    sameOctets(handshakeMac(link.secret, "hello", [], read.envelope), read.mac),
    "the MAC of Hello: HMAC-SHA256 under the secret",
    "it is another",
  );
  demand(hello?.versions?.includes(1) === true, "versions with 1", JSON.stringify(hello?.versions ?? []));
  demand(hello?.nonce?.length === NONCE_OCTETS, "a nonce of 32 octets", `${hello?.nonce?.length ?? 0} octets`);
  demand(!isZero(tokenOf(hello?.token)), "a token of 8 octets, not all zero", `${hello?.token?.length ?? 0} octets`);
  demand((hello?.name ?? "") !== "", "a name", "none");
  demand((hello?.pid ?? 0) > 0, "the pid of the process", String(hello?.pid));
  demand((hello?.receiveDatagrams ?? 0) > 0, "receive_datagrams above 0", String(hello?.receiveDatagrams));
  const octets = hello?.receiveOctets ?? 0;
  demand(octets >= LEAST_RECEIVE_OCTETS, `receive_octets of ${LEAST_RECEIVE_OCTETS} at least`, String(octets));
  demand((hello?.datagramMax ?? 0) > 0, "datagram_max above 0", String(hello?.datagramMax));
}
