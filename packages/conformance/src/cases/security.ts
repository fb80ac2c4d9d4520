import { createSocket } from "node:dgram";
import type { ConformanceCase } from "../conformance-case.ts";
import { Section } from "../contract.ts";
import { expectCrosses } from "../expect-crosses.ts";
import { controlDatagram, datagramOf } from "../datagram.ts";
import { applies, demand } from "../finding.ts";
import { hasProc, udpSocketsOf } from "../proc.ts";
import type { TestedLink } from "../tested-link.ts";

const group = "security";
const JUNK_DATAGRAMS = 50_000;
const JUNK_BURST = 500;
const JUNK_OCTETS = 120;

/** Who may speak to a link. */
export const securityCases: readonly ConformanceCase[] = [
  {
    id: "SECU-01",
    group,
    title: "a datagram with another session token has no effect",
    level: "must",
    section: Section.against,
    async run(bench) {
      const link = await bench.startReady();
      const { high, low } = link.token;
      const wrong = [
        { high: high ^ 1, low },
        { high, low: low ^ 0x8000 },
        { high: 0, low: 0 },
        { high: 0xffffffff, low: 0xffffffff },
      ];
      for (const token of wrong) await expectDeaf(link, (message) => link.sendRaw(controlDatagram(token, message)));
    },
  },
  {
    id: "SECU-04",
    group,
    title: "a datagram from another port has no effect, even with the right session token",
    level: "must",
    section: Section.against,
    async run(bench) {
      const link = await bench.startReady();
      const stranger = await bench.openSocket();
      await expectDeaf(link, (message) => link.sendRaw(controlDatagram(link.token, message), stranger));
    },
  },
  {
    id: "SECU-02",
    group,
    title: "the Flor IO socket is bound to 127.0.0.1 alone",
    level: "must",
    section: Section.against,
    async run(bench) {
      applies(hasProc(), "the kit cannot look at sockets here");
      const link = await bench.startReady();
      const sockets = udpSocketsOf(link.hello?.message.hello?.pid ?? 0);
      const own = sockets.filter(({ port }) => port === link.linkPort);
      applies(own.length > 0, "the kit cannot see the link's sockets");
      const open = own.find(({ address }) => address !== "127.0.0.1");
      demand(open === undefined, `127.0.0.1:${link.linkPort}`, `it is bound to ${open?.address}:${open?.port}`);
    },
  },
  {
    id: "SECU-03",
    group,
    title: "nobody can bind the link's Flor IO port a second time",
    level: "must",
    section: Section.against,
    async run(bench) {
      const link = await bench.startReady();
      for (const options of [{ reuseAddr: true }, { reusePort: true }]) {
        const isStolen = await canBind(link.linkPort, options);
        demand(!isStolen, `no second socket on port ${link.linkPort}`, `${Object.keys(options)[0]} gave one`);
      }
    },
  },
  {
    id: "SECU-05",
    group,
    title: `${JUNK_DATAGRAMS} datagrams of a stranger leave the session as it was`,
    level: "must",
    section: Section.against,
    async run(bench) {
      const crossing = await bench.cross();
      const { link } = crossing.near;
      const stranger = await bench.openSocket();
      const junk = new Uint8Array(JUNK_OCTETS);
      const ports = [link.linkPort, await bench.portOf("near")];
      for (let sent = 0; sent < JUNK_DATAGRAMS; sent += JUNK_BURST) {
        for (let burst = 0; burst < JUNK_BURST; burst += 1) {
          for (let at = 0; at < junk.length; at += 4) junk.set([bench.random.nextWord() & 0xff], at);
          stranger.send(junk.slice(), ports[burst & 1] ?? 0, "127.0.0.1", () => {});
        }
        await link.barrier(5000);
      }
      await expectCrosses(bench, crossing, 1);
    },
  },
  {
    id: "SECU-06",
    group,
    title: "session tokens and malformed frames of a stranger on the wire reach no node",
    level: "must",
    section: Section.against,
    async run(bench) {
      const crossing = await bench.cross();
      const stranger = await bench.openSocket();
      const before = crossing.near.link.frames.length;
      const nearPort = await bench.portOf("near");
      for (const token of [crossing.near.token, { high: 7, low: 7 }])
        for (const content of [new Uint8Array(0), new Uint8Array(64), new Uint8Array(1200)])
          stranger.send(datagramOf(token, [content]), nearPort, "127.0.0.1", () => {});
      await expectCrosses(bench, crossing, 1);
      const strange = crossing.near.link.frames
        .slice(before)
        .filter(({ content }) => content.every((octet) => octet === 0));
      demand(strange.length === 0, "no frame of the stranger", `${strange.length} came`);
    },
  },
];

/** Sends Bye, Neighbours and a Ping in a way that the link must ignore. */
async function expectDeaf(
  link: TestedLink,
  tell: (message: Parameters<typeof controlDatagram>[1]) => void,
): Promise<void> {
  const id = 4242;
  tell({ ping: { id } });
  tell({ seq: 9_000_000, neighbours: { generation: 9_000_000, neighbours: [] } });
  await link.barrier();
  const answered = link.envelopes.some(({ pong, ack }) => pong?.id === id || ack === 9_000_000);
  demand(!answered, "no answer and no effect", "the link answered");
  tell({ bye: { reason: "this must not be heard" } });
  await link.barrier();
}

function canBind(
  port: number,
  options: { readonly reuseAddr?: boolean; readonly reusePort?: boolean },
): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createSocket({ type: "udp4", ...options });
    socket.once("error", () => {
      socket.close();
      resolve(false);
    });
    socket.bind({ port, address: "127.0.0.1", exclusive: true }, () => socket.close(() => resolve(true)));
  });
}
