/** An {@link Ask} in octets ⇄ values. */
import { hexOf, isMemberName, octetsOfHex } from "@flor/membership";
import type { AreaMessage } from "@flor/wire";
import type { CrossingSubject } from "./crossing.ts";
import { decodeRoom, encodeRoom, type Room } from "./room.ts";

const KEY_OCTETS = 32;
const LABEL_MAX = 0xf_ffff;
/** Labels below are reserved (RFC 3032 section 2.1). */
const LABEL_FIRST_FREE = 16;
/** Gateways on one way at most. */
export const GATEWAYS_MAX = 8;
/** A name among members, and the front of a key behind it where two share it: `anna~1f2e3d4c`. */
const KEY_SUFFIX = /~[0-9a-f]{8}$/;

/** What a neighbour asks. */
export interface Ask {
  readonly subject: CrossingSubject;
  /** Of the asking host. */
  readonly records: Uint8Array;
  readonly gateways: number;
  readonly label: number;
  readonly room: Room;
}

export function encodeAsk(id: number, { subject, records, gateways, label, room }: Ask): AreaMessage {
  const { origin, key, network, host } = subject;
  const [originKey, networkKey] = [octetsOfHex(origin), octetsOfHex(network)];
  return {
    id,
    ask: {
      origin: originKey,
      key: octetsOfHex(key),
      records,
      network: networkKey,
      host,
      gateways,
      label,
      room: encodeRoom(room),
    },
  };
}

/** `undefined`: malformed. */
export function decodeAsk(ask: NonNullable<AreaMessage["ask"]>): Ask | undefined {
  const { origin, key, network, host, records, gateways, label, room } = ask;
  if (origin?.length !== KEY_OCTETS || key?.length !== KEY_OCTETS || network?.length !== KEY_OCTETS) return undefined;
  if (!isHostName(host ?? "") || !isLabel(label ?? 0)) return undefined;
  return {
    subject: { origin: hexOf(origin), key: hexOf(key), network: hexOf(network), host: host ?? "" },
    records: records ?? new Uint8Array(0),
    gateways: gateways ?? 0,
    label: label ?? 0,
    room: decodeRoom(room),
  };
}

/** Whether a text can be what a host is called in its network. */
export function isHostName(text: string): boolean {
  return isMemberName(text.replace(KEY_SUFFIX, ""));
}

/** Whether a member is meant by a name in its network. */
export function isNamed(host: string, { name, key }: { readonly name: string; readonly key: string }): boolean {
  return host === name || host === `${name}~${key.slice(0, 8)}`;
}

/** Whether a number can be a label that a peer bound, or 0. */
export function isLabel(label: number): boolean {
  return label === 0 || (label >= LABEL_FIRST_FREE && label <= LABEL_MAX);
}
