import type { Envelope } from "@flor/wire";
import type { FlorIoEvent } from "./event.ts";
import { type Neighbour, NEIGHBOURS_MAX } from "./neighbour.ts";
import { NAME_MAX_CHARACTERS, type Port, PORT_NUMBER_MAX, PORTS_MAX } from "./port.ts";

/** The event of a control message that carries one; `undefined`: it carries none; "malformed": beyond a bound. */
export function eventOf(envelope: Envelope): FlorIoEvent | "malformed" | undefined {
  const { ports, neighbours, tooBig, drain, bye, error } = envelope;
  if (ports) {
    const list = (ports.ports ?? []).map(portOf);
    return list.length <= PORTS_MAX && list.every(isPort) ? { type: "ports", ports: list } : "malformed";
  }
  if (neighbours) {
    const list = (neighbours.neighbours ?? []).map(neighbourOf);
    return list.length <= NEIGHBOURS_MAX && list.every(isNeighbour)
      ? { type: "neighbours", neighbours: list }
      : "malformed";
  }
  if (tooBig) return { type: "tooBig", port: tooBig.port ?? 0, mtu: tooBig.mtu ?? 0, octets: tooBig.octets ?? 0 };
  if (drain) return { type: "drain", deadlineMs: drain.deadlineMs ?? 0 };
  if (bye) return { type: "bye", reason: bye.reason ?? "" };
  if (error) return { type: "error", code: error.code ?? "", text: error.text ?? "" };
  return undefined;
}

type PortMessage = NonNullable<NonNullable<Envelope["ports"]>["ports"]>[number];
type NeighbourMessage = NonNullable<NonNullable<Envelope["neighbours"]>["neighbours"]>[number];

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
  };
}

function isPort({ port, key, address }: Port): boolean {
  return port >= 1 && port <= PORT_NUMBER_MAX && isName(key) && key !== "" && isName(address);
}

function neighbourOf(neighbour: NeighbourMessage): Neighbour {
  return {
    key: neighbour.key ?? "",
    address: neighbour.address ?? "",
    token: neighbour.token ?? new Uint8Array(0),
    port: neighbour.port ?? 0,
    peer: neighbour.peer ?? "",
  };
}

function isNeighbour({ key, address, token, peer, port }: Neighbour): boolean {
  const isToken = token.length === 0 || token.length === 8;
  return isName(key) && key !== "" && isName(address) && isName(peer) && isToken && port <= PORT_NUMBER_MAX;
}

function isName(text: string): boolean {
  return text.length <= NAME_MAX_CHARACTERS;
}
