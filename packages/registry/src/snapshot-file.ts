import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { z } from "zod";

const SNAPSHOT = z.object({ revision: z.number(), records: z.array(z.tuple([z.string(), z.base64()])) });

/** What a store held when it was last seen. */
export interface Snapshot {
  readonly revision: number;
  /** Where each record stands, and its octets. */
  readonly records: readonly (readonly [string, Uint8Array])[];
}

/** Writes a snapshot, whole or not at all, readable by this user only. @throws the system's error */
export function writeSnapshot(file: string, { revision, records }: Snapshot): void {
  const written = records.map(([path, octets]) => [path, Buffer.from(octets).toString("base64")]);
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  writeFileSync(`${file}.new`, JSON.stringify({ revision, records: written }), { mode: 0o600, flush: true });
  renameSync(`${file}.new`, file);
}

/** Reads a snapshot; `undefined` when there is none, or it is damaged. */
export function readSnapshot(file: string): Snapshot | undefined {
  try {
    const { revision, records } = SNAPSHOT.parse(JSON.parse(readFileSync(file, "utf8")));
    return { revision, records: records.map(([path, text]) => [path, Buffer.from(text, "base64")] as const) };
  } catch {
    return undefined;
  }
}
