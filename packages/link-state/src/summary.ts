/**
 * Summaries and requests in octets (proto/control.proto):
 *
 *   origins of a summary:  | name (8) | sequence (u64, big-endian) | …
 *   names of a request:    | name (8) | …
 */
import { viewOf } from "@flor/wire";
import type { LinkStateDatabase } from "./database.ts";
import { nodeKeyOf, octetsOfHex } from "./node-key.ts";

/** Origins in one summary message at most. */
export const SUMMARY_ORIGINS_MAX = 2000;
/** Names in one request at most. */
export const REQUEST_NAMES_MAX = 256;

const NAME_OCTETS = 8;
const RECORD_OCTETS = 16;

/** A summary message's values. */
export interface Summary {
  /** First name of the range; empty: from the first. */
  readonly from: string;
  /** First name behind the range; empty: to the last. */
  readonly to: string;
  /** Name → sequence. */
  readonly origins: ReadonlyMap<string, number>;
  /** Says nothing of origins that it does not list. */
  readonly partial: boolean;
}

/** A summary message's fields. */
export interface SummaryFields {
  readonly from?: Uint8Array | null;
  readonly to?: Uint8Array | null;
  readonly origins?: Uint8Array | null;
  readonly partial?: boolean | null;
}

/** Reads a summary; `undefined`: malformed. */
export function parseSummary({ from, to, origins, partial }: SummaryFields): Summary | undefined {
  const octets = origins ?? new Uint8Array();
  if (!isBound(from) || !isBound(to)) return undefined;
  if (octets.length % RECORD_OCTETS !== 0 || octets.length > SUMMARY_ORIGINS_MAX * RECORD_OCTETS) return undefined;
  const view = viewOf(octets);
  const listed = new Map<string, number>();
  for (let at = 0; at < octets.length; at += RECORD_OCTETS) {
    const sequence = view.getUint32(at + 8) * 2 ** 32 + view.getUint32(at + 12);
    if (!Number.isSafeInteger(sequence)) return undefined;
    listed.set(nodeKeyOf(octets.subarray(at, at + NAME_OCTETS)), sequence);
  }
  return { from: hexOf(from), to: hexOf(to), origins: listed, partial: partial ?? false };
}

/** Writes what `database` holds of `names`. */
export function encodeOrigins(database: LinkStateDatabase, names: readonly string[]): Uint8Array {
  const octets = new Uint8Array(names.length * RECORD_OCTETS);
  const view = viewOf(octets);
  names.forEach((name, index) => {
    const at = index * RECORD_OCTETS;
    const sequence = database.named(name)?.entry.sequence ?? 0;
    octets.set(octetsOfHex(name), at);
    view.setUint32(at + 8, Math.floor(sequence / 2 ** 32));
    view.setUint32(at + 12, sequence >>> 0);
  });
  return octets;
}

/** Writes a request. */
export function encodeNames(names: readonly string[]): Uint8Array {
  const octets = new Uint8Array(names.length * NAME_OCTETS);
  names.forEach((name, index) => octets.set(octetsOfHex(name), index * NAME_OCTETS));
  return octets;
}

/** Reads a request's names; `undefined`: malformed. */
export function parseNames(octets: Uint8Array): readonly string[] | undefined {
  if (octets.length % NAME_OCTETS !== 0 || octets.length > REQUEST_NAMES_MAX * NAME_OCTETS) return undefined;
  const names: string[] = [];
  for (let at = 0; at < octets.length; at += NAME_OCTETS) names.push(nodeKeyOf(octets.subarray(at, at + NAME_OCTETS)));
  return names;
}

function isBound(name: Uint8Array | null | undefined): boolean {
  return !name || name.length === 0 || name.length === NAME_OCTETS;
}

function hexOf(name: Uint8Array | null | undefined): string {
  return name ? nodeKeyOf(name) : "";
}
