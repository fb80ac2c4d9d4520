/**
 * A configuration whose single values were checked, before the checks that compare them. Items that are wrong in
 * themselves are left out, but their names are known, so that one mistake gives one issue.
 */
import type { z } from "zod";
import type { ConfigPath } from "./config-issue.ts";
import type { ConfigShape, MetricsShape } from "./config-shape.ts";
import { itemSchemas, metricsSchema } from "./schema.ts";

type ListKey = keyof typeof itemSchemas;

/** A valid item of a list, and where it stands. */
export interface Placed<Item> {
  readonly path: ConfigPath;
  readonly value: Item;
}

type PlacedItems = { readonly [Key in ListKey]: readonly Placed<ConfigShape[Key][number]>[] };

/** A name, and where it was given. */
export type PlacedName = Placed<string>;

/** What the comparing checks see. */
export interface Draft extends PlacedItems {
  readonly name: string | undefined;
  readonly key: string | undefined;
  readonly linkNames: readonly PlacedName[];
  readonly peerNames: readonly PlacedName[];
  readonly northboundNames: readonly PlacedName[];
  readonly northboundSockets: readonly PlacedName[];
  readonly networkNames: readonly PlacedName[];
  readonly networkIds: readonly PlacedName[];
  readonly foreignNames: readonly PlacedName[];
  readonly foreignIds: readonly PlacedName[];
  /** Networks that rules of a gateway name. */
  readonly crossingEnds: readonly PlacedName[];
  readonly metrics: MetricsShape | undefined;
}

export type DraftInbound = Draft["inbounds"][number];
export type DraftPeer = Draft["peers"][number];

/** Takes what is usable out of `value`, whatever it is. */
export function draftOf(value: unknown): Draft {
  return {
    name: textIn(value, "name"),
    key: textIn(value, "key"),
    inbounds: itemsOf(value, "inbounds"),
    outbounds: itemsOf(value, "outbounds"),
    links: itemsOf(value, "links"),
    peers: itemsOf(value, "peers"),
    routes: itemsOf(value, "routes"),
    linkNames: namesOf(value, "links"),
    peerNames: namesOf(value, "peers"),
    northboundNames: namesOf(value, "northbound"),
    northboundSockets: namesOf(value, "northbound", "socket"),
    networkNames: namesOf(value, "networks"),
    networkIds: namesOf(value, "networks", "id"),
    foreignNames: namesOf(value, "foreign"),
    foreignIds: namesOf(value, "foreign", "id"),
    crossingEnds: [...namesOf(value, "gateway", "from"), ...namesOf(value, "gateway", "to")],
    metrics: metricsSchema.safeParse(memberOf(value, "metrics")).data,
  };
}

function itemsOf<Key extends ListKey>(value: unknown, key: Key): PlacedItems[Key] {
  const schema: z.ZodType = itemSchemas[key];
  const items = listIn(value, key).flatMap((item, index) => {
    const parsed = schema.safeParse(item);
    return parsed.success ? [{ path: [key, index], value: parsed.data }] : [];
  });
  return items as unknown as PlacedItems[Key];
}

function namesOf(
  value: unknown,
  key: ListKey | "northbound" | "networks" | "foreign" | "gateway",
  word: "name" | "id" | "socket" | "from" | "to" = "name",
): PlacedName[] {
  return listIn(value, key).flatMap((item, index) => {
    const name = textIn(item, word);
    return name === undefined ? [] : [{ path: [key, index, word], value: name }];
  });
}

function listIn(value: unknown, key: string): readonly unknown[] {
  const found = memberOf(value, key);
  return Array.isArray(found) ? found : [];
}

function textIn(value: unknown, key: string): string | undefined {
  const found = memberOf(value, key);
  return typeof found === "string" ? found : undefined;
}

function memberOf(value: unknown, key: string): unknown {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>)[key] : undefined;
}
