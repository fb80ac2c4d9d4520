/**
 * Pages of program files that a process has read and may not need any more. Most of what Node's start runs through, tens of
 * megabytes of its program, is never needed again; while it is mapped the kernel keeps it as it keeps what is in use. What is
 * let go of here stays in the page cache, and is mapped again, in microseconds, when it is needed after all.
 */
import { readFileSync } from "node:fs";

/** A mapping's address and length. */
export interface Mapping {
  readonly address: number;
  readonly octets: number;
}

/** Of a private mapping of a file that cannot be written. */
const HEAD = /^(?<from>[0-9a-f]+)-(?<to>[0-9a-f]+) r-[-x]p \S+ \S+ [1-9]\d* +\/.*$/gm;
/** What a process has written into a mapping is its own, and would be lost. */
const OWN = ["Anonymous", "Private_Dirty", "Swap"] as const;
/** Less than this is not worth a call. */
const LEAST_KILOBYTES = 256;

/** What this process has mapped of files and did not change; none where the system does not tell. */
export function programMappings(): readonly Mapping[] {
  try {
    return unchangedMappings(readFileSync("/proc/self/smaps", "utf8"));
  } catch {
    return [];
  }
}

/** Private mappings of files that cannot be written, and in which no page is other than in the file. @param smaps see proc_pid_smaps(5) */
export function unchangedMappings(smaps: string): readonly Mapping[] {
  const found: Mapping[] = [];
  for (const { index, groups } of smaps.matchAll(HEAD)) {
    // Its last line; there are hundreds of mappings, of which few are meant.
    const fields = smaps.slice(index, smaps.indexOf("\nVmFlags:", index));
    if (kilobytesOf(fields, "Rss") < LEAST_KILOBYTES || OWN.some((name) => kilobytesOf(fields, name) !== 0)) continue;
    const address = Number.parseInt(groups!["from"]!, 16);
    found.push({ address, octets: Number.parseInt(groups!["to"]!, 16) - address });
  }
  return found;
}

/** NaN: there is no such field, and nothing is known. */
function kilobytesOf(fields: string, name: string): number {
  const at = fields.indexOf(`\n${name}:`);
  return at < 0 ? Number.NaN : Number.parseInt(fields.slice(at + name.length + 2), 10);
}
