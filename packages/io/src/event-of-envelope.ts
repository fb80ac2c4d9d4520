import type { Envelope } from "@flor/wire";
import type { Counter, FlorIoEvent } from "./event.ts";
import { CANDIDATES_MAX, type Neighbour, NEIGHBOURS_MAX } from "./neighbour.ts";
import { NAME_MAX_CHARACTERS, type Port, PORT_NUMBER_MAX, PORTS_MAX } from "./port.ts";

/** Characters kept of a text for people, and figures kept of a Pong. */
const TEXT_MAX_CHARACTERS = 200;
const COUNTERS_MAX = 64;

/** The event of a control message that carries one; `undefined`: it carries none; "malformed": beyond a bound. */
export function eventOf(envelope: Envelope): FlorIoEvent | "malformed" | undefined {
  const { ports, neighbours, addresses, tooBig, drain, bye, error, pong } = envelope;
  if (ports) return portsEvent((ports.ports ?? []).slice(0, PORTS_MAX + 1).map(portOf));
  if (neighbours) return neighboursEvent((neighbours.neighbours ?? []).slice(0, NEIGHBOURS_MAX + 1).map(neighbourOf));
  if (addresses) return addressesEvent((addresses.addresses ?? []).slice(0, CANDIDATES_MAX + 1));
  if (pong) return pong.counters?.length ? countersEvent(pong.counters) : undefined;
  if (tooBig) return { type: "tooBig", port: tooBig.port ?? 0, mtu: tooBig.mtu ?? 0, octets: tooBig.octets ?? 0 };
  if (drain) return { type: "drain", deadlineMs: drain.deadlineMs ?? 0 };
  if (bye) return { type: "bye", reason: textOf(bye.reason) };
  if (error) return { type: "error", code: textOf(error.code), text: textOf(error.text) };
  return undefined;
}

type CounterMessage = { readonly name?: string | null; readonly value?: number | null };
type PortMessage = NonNullable<NonNullable<Envelope["ports"]>["ports"]>[number];
type NeighbourMessage = NonNullable<NonNullable<Envelope["neighbours"]>["neighbours"]>[number];

/** The event of a list of ports, or of one part of it. */
export function portsEvent(ports: readonly Port[]): FlorIoEvent | "malformed" {
  const isList = ports.length <= PORTS_MAX && ports.every(isPort) && isUnique(ports.map(({ port }) => port));
  return isList ? { type: "ports", ports } : "malformed";
}

/** The event of a list of neighbours, or of one part of it. */
export function neighboursEvent(neighbours: readonly Neighbour[]): FlorIoEvent | "malformed" {
  const isList = neighbours.length <= NEIGHBOURS_MAX && neighbours.every(isNeighbour);
  return isList && isUnique(neighbours.map(({ key }) => key)) ? { type: "neighbours", neighbours } : "malformed";
}

function addressesEvent(addresses: readonly string[]): FlorIoEvent | "malformed" {
  return isShortList(addresses) ? { type: "addresses", addresses } : "malformed";
}

function isShortList(texts: readonly string[]): boolean {
  return texts.length <= CANDIDATES_MAX && texts.every(isName);
}

function countersEvent(counters: readonly CounterMessage[]): FlorIoEvent | "malformed" {
  const figures = counters.slice(0, COUNTERS_MAX).map(counterOf);
  // Nothing is ever counted up to a value that a number cannot hold exactly.
  return figures.every(({ value }) => Number.isSafeInteger(value))
    ? { type: "counters", counters: figures }
    : "malformed";
}

function counterOf({ name, value }: CounterMessage): Counter {
  return { name: textOf(name), value: value ?? 0 };
}

function textOf(text: string | null | undefined): string {
  return (text ?? "").slice(0, TEXT_MAX_CHARACTERS);
}

function isUnique(values: readonly (string | number)[]): boolean {
  return new Set(values).size === values.length;
}

function portOf(port: PortMessage): Port {
  const mtu = port.mtu ?? 0;
  return {
    port: port.port ?? 0,
    key: port.key ?? "",
    up: port.up ?? false,
    mtu,
    segmentMtu: port.segmentMtu ? Math.min(port.segmentMtu, mtu) : mtu,
    ordered: port.ordered ?? false,
    reliable: port.reliable ?? false,
    encrypted: port.encrypted ?? false,
    address: port.address ?? "",
    provisional: port.provisional ?? false,
    ...(port.problem ? { problem: textOf(port.problem) } : {}),
  };
}

function isPort({ port, key, address }: Port): boolean {
  return port >= 1 && port <= PORT_NUMBER_MAX && isName(key) && key !== "" && isName(address);
}

function neighbourOf(neighbour: NeighbourMessage): Neighbour {
  const { candidates, candidateToken, round } = neighbour;
  return {
    key: neighbour.key ?? "",
    address: neighbour.address ?? "",
    token: neighbour.token ?? new Uint8Array(0),
    port: neighbour.port ?? 0,
    peer: neighbour.peer ?? "",
    ...(candidates?.length && {
      candidates: candidates.slice(0, CANDIDATES_MAX + 1),
      candidateToken: candidateToken ?? new Uint8Array(0),
      round: round ?? 0,
    }),
  };
}

function isNeighbour({ key, address, token, peer, port, candidates, candidateToken }: Neighbour): boolean {
  const isToken = token.length === 0 || token.length === 8;
  if (candidates !== undefined && !(isShortList(candidates) && candidateToken?.length === 8)) return false;
  return isName(key) && key !== "" && isName(address) && isName(peer) && isToken && port <= PORT_NUMBER_MAX;
}

function isName(text: string): boolean {
  return text.length <= NAME_MAX_CHARACTERS;
}
