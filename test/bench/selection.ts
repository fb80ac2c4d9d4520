/** What of the bench is run: `npm run bench -- --rows download,upload --peers flor,direct --rounds 3 --size 256M`. */
import { parseArgs } from "node:util";

export interface Selection {
  /** Names of rows; empty: all. */
  readonly rows: readonly string[];
  /** Names of peers; empty: all. */
  readonly peers: readonly string[];
  /** @default 3 */
  readonly rounds: number;
  /** Size of one bulk transfer. @default 1e9 */
  readonly bulkOctets: number;
  /** Another checkout of flor, measured in turns with this one. */
  readonly base: string | undefined;
  /** Whether another program keeps a core busy all the time. @default false */
  readonly busy: boolean;
  /** Whether the tables go into the documentation. @default false */
  readonly writeDocs: boolean;
}

/** Without any of these options. */
const ALL = { rows: "", peers: "", rounds: "3", size: "1G" } as const;
/** With `--quick`: what most is asked of, in about five minutes. */
export const QUICK = {
  rows: "download,upload,round-trip,round-trip-loaded,first-octet,new-flows,start,wan-0%,wan-0.1%,wan-1%,cable-down,cable-both",
  peers: "flor,ssh -D bbr",
  rounds: "2",
  size: "600M",
} as const;

const MULTIPLE: Readonly<Record<string, number>> = { "": 1, K: 1e3, M: 1e6, G: 1e9 };

/** Parses the command line; throws with what is wrong and what is allowed. */
export function parseSelection(args: readonly string[], rows: readonly string[], peers: readonly string[]): Selection {
  const { values: given } = parseArgs({
    args: [...args],
    options: {
      quick: { type: "boolean", default: false },
      rows: { type: "string" },
      peers: { type: "string" },
      rounds: { type: "string" },
      size: { type: "string" },
      base: { type: "string" },
      busy: { type: "boolean", default: false },
      "write-docs": { type: "boolean", default: false },
    },
  });
  const values = { ...(given.quick ? QUICK : ALL), ...given };
  const rounds = Number(values.rounds);
  if (!Number.isInteger(rounds) || rounds < 1) throw new Error(`--rounds ${values.rounds}: not a positive number`);
  return {
    rows: names(values.rows, rows, "--rows"),
    peers: names(values.peers, peers, "--peers"),
    rounds,
    bulkOctets: octets(values.size),
    base: values.base,
    busy: values.busy,
    writeDocs: values["write-docs"],
  };
}

/** `ssh` stands for `ssh -D cubic` and `ssh -D bbr`; any other name for itself. */
function names(list: string, known: readonly string[], option: string): readonly string[] {
  const asked = list.split(",").filter(Boolean);
  const unknown = asked.filter((name) => !known.some((one) => isNamed(one, name)));
  if (unknown.length > 0) throw new Error(`${option} ${unknown.join(",")}: unknown; there are ${known.join(", ")}`);
  return asked.length === 0 ? known : known.filter((one) => asked.some((name) => isNamed(one, name)));
}

function isNamed(known: string, asked: string): boolean {
  return known === asked || known.startsWith(`${asked} `);
}

function octets(size: string): number {
  const [, digits, unit] = /^(\d+)([KMG]?)$/.exec(size) ?? [];
  if (digits === undefined) throw new Error(`--size ${size}: write it as 256M or 1G`);
  return Number(digits) * MULTIPLE[unit!]!;
}
