/** What a test's target does with a connection, as data: the same in this process and in a namespace. */
export type ServerSpec = Where & Behaviour;

interface Where {
  /** @default "127.0.0.1" */
  readonly host?: string;
  /** @default 0: any free one */
  readonly port?: number;
}

type Behaviour =
  /** Sends back what it gets; ends when the client does. */
  | { readonly kind: "echo" }
  /** Reads to the end, then answers `OCTETS SHA256\n`, and ends. */
  | { readonly kind: "sink" }
  /** Sends seeded octets, and ends. */
  | { readonly kind: "source"; readonly seed: number; readonly octets: number }
  /** Reads this much, then resets the connection (RST). */
  | { readonly kind: "resetting"; readonly afterOctets: number }
  /** Accepts and never reads, nor sends, nor ends. */
  | { readonly kind: "stalled" }
  /** Sends seeded octets, one chunk each interval: slower than any path. */
  | {
      readonly kind: "slow";
      readonly seed: number;
      readonly octets: number;
      readonly chunkOctets: number;
      readonly intervalMs: number;
    }
  /** HTTP/1.1 with fixed bodies by path, `{"/": "<h1>hello</h1>"}`; anything else is 404. */
  | { readonly kind: "http"; readonly pages: Readonly<Record<string, string>> };
