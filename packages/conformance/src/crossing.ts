/** Two instances of the link that are neighbours, with a node for each. */
import { randomBytes } from "node:crypto";
import type { UdpRelay } from "@flor/impairment";
import type { Port } from "@flor/io";
import { type Token, tokenFrom } from "@flor/wire";
import { frameOf } from "./datagram.ts";
import { applies, Finding } from "./finding.ts";
import { frameContent, KNOCK_INDEX, NUMBERED_OCTETS } from "./frame-content.ts";
import type { KitOptions } from "./kit-options.ts";
import type { InstanceName, StartOptions } from "./link-start.ts";
import type { TestedLink } from "./tested-link.ts";

/** One end of a crossing. */
export interface Site {
  readonly name: InstanceName;
  readonly link: TestedLink;
  /** The port that leads to the other end; the newest announcement of it. */
  readonly port: Port;
  /** Frames to the other end carry it. */
  readonly token: Token;
}

/** Where frames cross. */
export interface Crossing {
  readonly near: Site;
  readonly far: Site;
  /** The path between them, if the kit made it. */
  readonly relay: UdpRelay | undefined;
}

/** How to open a crossing. */
export interface CrossingOptions {
  readonly near?: StartOptions;
  readonly far?: StartOptions;
  /** Put a relay between also when the options do not ask for one. @default false */
  readonly isRelayed?: boolean;
}

/** Neighbours must have found each other by then. */
const OPEN_MS = 30_000;
/** A link that sends datagrams has sent one by then. */
const RELAY_SILENCE_MS = 5000;
/** Why a link is not asked about its path. */
export const NO_DATAGRAMS = "the link's frames do not pass a UDP relay";
/** A far end that waits to be reached must hear something first. */
const KNOCK_EVERY_MS = 200;

/** What a crossing is opened on: a bench, as far as that is needed. */
export interface CrossingGround {
  readonly options: KitOptions;
  /** Starts an instance and waits for its session. */
  startReady(options: StartOptions | undefined, name: InstanceName): Promise<TestedLink>;
  /** A path between the two instances; left is near. */
  openRelay(): Promise<UdpRelay>;
  /** The address by which an instance reaches the other, at `peerPort`; `said` is what that one printed of itself. */
  address(name: InstanceName, peerPort: number, said: string): Promise<string>;
  /** The port of an instance's own. */
  portOf(name: InstanceName): Promise<number>;
}

/** Opens a crossing on a bench. */
export async function openCrossing(bench: CrossingGround, options: CrossingOptions): Promise<Crossing> {
  const isRelayed = options.isRelayed === true || bench.options.isRelayed;
  const relay = isRelayed ? await bench.openRelay() : undefined;
  const [nearLink, farLink] = await Promise.all([
    bench.startReady(options.near, "near"),
    bench.startReady(options.far, "far"),
  ]);
  const near = await openSite(bench, nearLink, farLink, { name: "near", relayPort: relay?.leftPort });
  const far = await openSite(bench, farLink, nearLink, { name: "far", relayPort: relay?.rightPort });
  const crossing = { near: toward(near, far), far: toward(far, near), relay };
  await untilBothUp([crossing.near, crossing.far], bench.options.isRelayed ? undefined : relay);
  return crossing;
}

/** A frame for the other end of `site`. */
export function frameTo(site: Site, content: Uint8Array): Uint8Array {
  return frameOf({ port: site.port.port, token: site.token, content });
}

/** A site that knows neither its port nor the other one's token yet. */
interface NewSite {
  readonly name: InstanceName;
  readonly link: TestedLink;
  readonly key: string;
  readonly ownToken: Token;
}

async function openSite(
  bench: CrossingGround,
  link: TestedLink,
  other: TestedLink,
  { name, relayPort }: { readonly name: InstanceName; readonly relayPort: number | undefined },
): Promise<NewSite> {
  const key = name === "near" ? "far" : "near";
  const octets = randomBytes(8);
  const said = await saidBy(bench, other, key);
  const address = await bench.address(name, relayPort ?? (await bench.portOf(key)), said);
  link.setNeighbours([{ key, address, token: octets }]);
  return { name, link, key, ownToken: tokenFrom(octets) };
}

/** What an instance printed that its neighbours must know, if the options say so and somebody is to reach it. */
export async function saidBy(bench: CrossingGround, link: TestedLink, name: InstanceName): Promise<string> {
  const { said, address, peerAddress = address } = bench.options.link;
  const template = name === "far" ? address : peerAddress;
  if (said === undefined || !template.includes("{said}")) return "";
  return link.until(
    () => said.exec(link.child.output)?.[1],
    `output that matches ${String(said)}`,
    OPEN_MS,
    () => link.said,
  );
}

function toward({ name, link, key }: NewSite, other: NewSite): Site {
  return {
    name,
    link,
    token: other.ownToken,
    get port() {
      return link.ports.find((port) => port.key === key) ?? noPort(link);
    },
  };
}

function noPort(link: TestedLink): never {
  throw new Finding("the neighbour's port among the ports", `the ports are ${JSON.stringify(link.ports)}`);
}

/**
 * Waits until the ports of both sites are up; one that waits to be reached hears from the other. What passes nothing
 * through `relay` cannot be asked what it does there.
 */
export async function untilBothUp(sites: readonly [Site, Site], relay?: UdpRelay): Promise<void> {
  const start = performance.now();
  const knock = setInterval(() => {
    for (const site of sites) if (isUp(site)) sendKnock(site);
  }, KNOCK_EVERY_MS);
  try {
    for (const site of sites) {
      const { link } = site;
      await link.until(
        () => {
          if (performance.now() - start > RELAY_SILENCE_MS * link.patience) expectDatagrams(relay);
          return isUp(site);
        },
        `a port with the neighbour's key "${keyOf(site)}" that is up`,
        OPEN_MS,
        () => `the ports are ${JSON.stringify(link.ports)}`,
      );
    }
  } finally {
    clearInterval(knock);
  }
}

function expectDatagrams(relay: UdpRelay | undefined): void {
  const { toLeft, toRight } = relay?.counts ?? {};
  const isSilent = toLeft?.received === 0 && toRight?.received === 0;
  applies(!isSilent, NO_DATAGRAMS);
}

function isUp(site: Site): boolean {
  return site.link.ports.some((port) => port.key === keyOf(site) && port.up);
}

function sendKnock(site: Site): void {
  site.link.send(frameTo(site, frameContent(NUMBERED_OCTETS, KNOCK_INDEX)));
  site.link.flush();
}

function keyOf({ name }: Site): string {
  return name === "near" ? "far" : "near";
}
