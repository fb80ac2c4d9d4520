/** One flow through a SOCKS5 server on a loopback port: seeded octets down, or up. */
export interface Transfer {
  readonly socksPort: number;
  readonly direction: "down" | "up";
  /** Down: a `source` of the testkit; up: a `sink`. */
  readonly host: string;
  readonly port: number;
  readonly seed: number;
  readonly octets: number;
}

/** What a transfer came to. */
export interface TransferOutcome {
  /** Every octet arrived, in order, unchanged. */
  readonly isWhole: boolean;
  readonly milliseconds: number;
  /** Why it is not whole. */
  readonly problem?: string;
}
