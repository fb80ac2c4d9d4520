/** What a path does to packets, one direction of it. All shares are 0 to 1. */
export interface Impairments {
  /** Time on the way, in milliseconds. @default 0 */
  readonly delayMs?: number;
  /** Added to the delay: uniform between 0 and this; packets overtake each other. @default 0 */
  readonly jitterMs?: number;
  /** Share lost. @default 0 */
  readonly loss?: number;
  /** Share sent ahead at once, without delay, past those that wait. @default 0 */
  readonly reorder?: number;
  /** Share sent twice. @default 0 */
  readonly duplicate?: number;
  /** Share with one bit flipped. @default 0 */
  readonly corrupt?: number;
  /** Octets at the start of a packet that corruption spares, such as an IP header. @default 0 */
  readonly sparedOctets?: number;
  /** Bottleneck, in bits a second; absent: none. */
  readonly rateBitsPerSecond?: number;
  /** Buffer before the bottleneck, as the time it takes to drain; what would wait longer is dropped. @default 50 */
  readonly queueMs?: number;
  /** Longer packets are dropped without a word. @default 65535 */
  readonly mtuOctets?: number;
}

/** What happened to the packets of one direction. */
export interface PathCounts {
  received: number;
  sent: number;
  lost: number;
  queueFull: number;
  tooLong: number;
  reordered: number;
  duplicated: number;
  corrupted: number;
  /** Dropped because the box itself held too much. */
  overflow: number;
}

const SHARES = ["loss", "reorder", "duplicate", "corrupt"] as const;
const AMOUNTS = ["delayMs", "jitterMs", "sparedOctets", "rateBitsPerSecond", "queueMs", "mtuOctets"] as const;

/** Throws a RangeError that names the first value that makes no sense. */
export function checkImpairments(impairments: Impairments): void {
  for (const name of SHARES) {
    const share = impairments[name];
    if (share !== undefined && !(share >= 0 && share <= 1)) throw new RangeError(`${name} ${share} is not in 0 to 1`);
  }
  for (const name of AMOUNTS) {
    const amount = impairments[name];
    if (amount !== undefined && !(amount >= 0)) throw new RangeError(`${name} ${amount} is not 0 or more`);
  }
}
