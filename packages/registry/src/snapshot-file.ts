import { readBoundedFile } from "@flor/host/bounded-file";
import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { z } from "zod";

/** Sixty-five thousand records of the longest, in base64, and where they stand. */
export const SNAPSHOT_MAX_OCTETS = 134_217_728;

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

/** Reads a snapshot of at most `maxOctets`; `undefined` when there is none, or it is larger or damaged. */
export function readSnapshot(file: string, maxOctets: number = SNAPSHOT_MAX_OCTETS): Snapshot | undefined {
  try {
    const { revision, records } = SNAPSHOT.parse(JSON.parse(readBoundedFile(file, maxOctets).toString()));
    return { revision, records: records.map(([path, text]) => [path, Buffer.from(text, "base64")] as const) };
  } catch {
    return undefined;
  }
}
