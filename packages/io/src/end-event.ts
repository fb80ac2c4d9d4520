import type { Envelope } from "@flor/wire";

/** A port as a link announces it. */
export interface AnnouncedPort {
  readonly port: number;
  readonly key: string;
  readonly up: boolean;
  /** Largest frame carried whole, header included. */
  readonly mtu: number;
  /** Largest frame that crosses unsegmented. */
  readonly segmentMtu: number;
  readonly ordered: boolean;
  readonly reliable: boolean;
  readonly encrypted: boolean;
  readonly address: string;
  readonly provisional: boolean;
}

/** A neighbour as a node wants it. */
export interface WantedNeighbour {
  readonly key: string;
  /** In the link's own syntax; empty: the neighbour comes to us. */
  readonly address: string;
  /** 8 octets, or empty: frames that bear it come from this neighbour. */
  readonly token: Uint8Array;
  /** Adopt this port as the neighbour's; 0: none. */
  readonly port: number;
  readonly peer: string;
}

/** Why the other end of a session counts as dead. */
export type DeadReason = "silence" | "handshake timeout";

/** What the other end is. */
export interface Greeting {
  readonly name: string;
  readonly programVersion: string;
  readonly pid: number;
  readonly capabilities: readonly string[];
  /** Instance ids of nodes, see proto/flor_io.proto. */
  readonly ancestry: readonly Uint8Array[];
}

/** What one end of Flor IO tells the layer above, in order. */
export type EndEvent =
  | { readonly type: "ready"; readonly greeting: Greeting }
  | { readonly type: "ports"; readonly ports: readonly AnnouncedPort[] }
  | { readonly type: "neighbours"; readonly neighbours: readonly WantedNeighbour[] }
  | { readonly type: "too-big"; readonly port: number; readonly mtu: number }
  | { readonly type: "credit" }
  | { readonly type: "counters"; readonly counters: Readonly<Record<string, number>> }
  | { readonly type: "drain"; readonly deadlineMs: number }
  | { readonly type: "bye"; readonly reason: string }
  | { readonly type: "rejected"; readonly code: number; readonly text: string }
  | { readonly type: "dead"; readonly reason: DeadReason };

/** The session event of a control message that carries one, or `undefined`. */
export function eventOf(envelope: Envelope): EndEvent | undefined {
  if (envelope.ports) return { type: "ports", ports: (envelope.ports.ports ?? []).map(portOf) };
  if (envelope.neighbours) {
    return { type: "neighbours", neighbours: (envelope.neighbours.neighbours ?? []).map(neighbourOf) };
  }
  if (envelope.tooBig) return { type: "too-big", port: envelope.tooBig.port ?? 0, mtu: envelope.tooBig.mtu ?? 0 };
  if (envelope.drain) return { type: "drain", deadlineMs: envelope.drain.deadlineMs ?? 0 };
  if (envelope.bye) return { type: "bye", reason: envelope.bye.reason ?? "" };
  return undefined;
}

type PortMessage = NonNullable<NonNullable<Envelope["ports"]>["ports"]>[number];
type NeighbourMessage = NonNullable<NonNullable<Envelope["neighbours"]>["neighbours"]>[number];

function portOf(port: PortMessage): AnnouncedPort {
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

function neighbourOf(neighbour: NeighbourMessage): WantedNeighbour {
  return {
    key: neighbour.key ?? "",
    address: neighbour.address ?? "",
    token: neighbour.token ?? new Uint8Array(0),
    port: neighbour.port ?? 0,
    peer: neighbour.peer ?? "",
  };
}
