import { INBOUND_KINDS, type InboundKind } from "@flor/inbounds";
import type { InboundShape } from "./config-shape.ts";
import type { Endpoint } from "./endpoint.ts";

/** Kinds behind a Unix socket: with `to` a forward, else a proxy. */
const BEHIND_UNIX = { withTarget: "tcp", other: "proxy" } as const;

/** Where an inbound listens, and of what kind it is. */
export interface InboundPlace {
  /** The key under which the place stands. */
  readonly key: string;
  readonly kind: InboundKind;
  readonly listen: Endpoint | { readonly path: string };
}

/** The places that an inbound names; exactly one is right. */
export function placesOf(shape: InboundShape): readonly InboundPlace[] {
  const places: InboundPlace[] = INBOUND_KINDS.flatMap((kind) => {
    const listen = shape[kind.key] as Endpoint | undefined;
    return listen === undefined ? [] : [{ key: kind.key, kind, listen }];
  });
  if (shape.unix === undefined) return places;
  const behind = shape.to === undefined ? BEHIND_UNIX.other : BEHIND_UNIX.withTarget;
  const kind = INBOUND_KINDS.find(({ key }) => key === behind);
  return kind === undefined ? places : [...places, { key: "unix", kind, listen: { path: shape.unix } }];
}
