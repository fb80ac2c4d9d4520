/** What the load client does, as data. */
export interface LoadOrder {
  /** `ping`: an octet back and forth. `open`: a new flow, an octet, close. `hold`: open flows, keep them open. */
  readonly kind: "ping" | "open" | "hold";
  readonly host: string;
  readonly port: number;
  readonly socksPort?: number;
  /** Round trips, flows opened one after another, or flows held. */
  readonly count: number;
  /** Flows that are opened at the same time. */
  readonly parallel: number;
}

/** What it saw. Empty lists where the kind measures no such thing. */
export interface LoadReport {
  /** Of each round trip, or of each flow from connecting to its first octet back. */
  readonly latenciesMs: readonly number[];
  readonly seconds: number;
  readonly failed: number;
}
