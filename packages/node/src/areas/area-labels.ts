/** Labels that this node gives as a gateway: a frame that carries one goes on to a peer by whatever path there is now. */
import type { HostWay } from "@flor/areas";
import type { IncomingLabelMap } from "@flor/label";
import { type Instant, KeyedSets } from "@flor/machine";
import type { NextHop } from "../forward.ts";
import type { Peer } from "../peer.ts";

/** A label of a way that ended leads nowhere for this long, and is counted as such; then it is unknown. */
const GONE_MS = 60_000;
/** So many of them at most: the oldest are unknown earlier, and ways that come and go leave labels for all else. */
export const GONE_LABELS_MAX = 8192;

/** Options of {@link AreaLabels}. */
export interface AreaLabelsOptions {
  readonly labels: IncomingLabelMap<NextHop>;
  readonly peer: (key: string) => Peer | undefined;
  /** A frame came for a way that is gone, or that leads nowhere now. */
  readonly handleGone: () => void;
}

/** See the head of this file. */
export class AreaLabels {
  readonly #options: AreaLabelsOptions;
  /** By label. */
  readonly #bound = new Map<number, Pick<HostWay, "peer" | "label">>();
  readonly #byPeer = new KeyedSets<string, number>();
  /** Labels of ways that ended, the oldest first. */
  readonly #gone: { readonly label: number; readonly until: Instant }[] = [];
  readonly #nowhere: NextHop;

  constructor(options: AreaLabelsOptions) {
    this.#options = options;
    this.#nowhere = { consumer: { handlePayload: () => options.handleGone() } };
  }

  bind(way: Pick<HostWay, "peer" | "label">, now: Instant): number | undefined {
    const label = this.#options.labels.bind({ nextHop: this.#nowhere, push: [] }, now);
    if (label === undefined) return undefined;
    this.#bound.set(label, way);
    this.#byPeer.add(way.peer, label);
    this.#lead(label, way);
    return label;
  }

  release(label: number, now: Instant): void {
    const way = this.#bound.get(label);
    if (way === undefined) return;
    this.#bound.delete(label);
    this.#byPeer.delete(way.peer, label);
    this.#options.labels.rebind(label, { nextHop: this.#nowhere, push: [] });
    this.#gone.push({ label, until: now + GONE_MS });
    if (this.#gone.length > GONE_LABELS_MAX) this.#forgetOldest(now);
  }

  /** The path to a peer is another. */
  handlePathChanged(peer: string): void {
    for (const label of this.#byPeer.of(peer)) {
      const way = this.#bound.get(label);
      if (way !== undefined) this.#lead(label, way);
    }
  }

  nextTimeout(): Instant | undefined {
    return this.#gone[0]?.until;
  }

  handleTimeout(now: Instant): void {
    for (let [oldest] = this.#gone; oldest !== undefined && oldest.until <= now; [oldest] = this.#gone)
      this.#forgetOldest(now);
  }

  #forgetOldest(now: Instant): void {
    const oldest = this.#gone.shift();
    if (oldest !== undefined) this.#options.labels.release(oldest.label, now);
  }

  /** A path that is gone stays in use: its first neighbour is silent, which is counted, or heard again soon. Not over who is no member any more. */
  #lead(label: number, way: Pick<HostWay, "peer" | "label">): void {
    const { path, lastPath, barredBy } = this.#options.peer(way.peer) ?? {};
    if (barredBy !== undefined) return this.#options.labels.rebind(label, { nextHop: this.#nowhere, push: [] });
    const known = path ?? lastPath;
    if (known === undefined) return;
    this.#options.labels.rebind(label, {
      nextHop: { neighbour: known.nextHop },
      push: stackBy(known.stack, way.label),
    });
  }
}

/** A path's labels with another one at the end of it; 0: its own, the peer's delivery label. */
export function stackBy(stack: readonly number[], label: number): readonly number[] {
  return label === 0 ? stack : [...stack.slice(0, -1), label];
}
