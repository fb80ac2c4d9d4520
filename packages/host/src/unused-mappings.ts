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

const HEAD = /^(?<from>[0-9a-f]+)-(?<to>[0-9a-f]+) r-[-x]p \S+ \S+ (?<inode>\d+) +\//;
/** What a process has written into a mapping is its own, and would be lost. */
const OWN: ReadonlySet<string> = new Set(["Anonymous", "Private_Dirty", "Swap"]);
const FIELD = /^(?<name>\w+): +(?<kilobytes>\d+) kB$/;
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
  let current: Mapping | undefined;
  let resident = 0;
  const finish = (): void => {
    if (current !== undefined && resident >= LEAST_KILOBYTES) found.push(current);
    current = undefined;
  };
  for (const line of smaps.split("\n")) {
    const field = FIELD.exec(line)?.groups;
    if (field === undefined) {
      // A head, or flags, which are the last line of a mapping.
      finish();
      const head = HEAD.exec(line)?.groups;
      if (head === undefined || head["inode"] === "0") continue;
      const address = Number.parseInt(head["from"]!, 16);
      current = { address, octets: Number.parseInt(head["to"]!, 16) - address };
      resident = 0;
    } else if (field["name"] === "Rss") resident = Number(field["kilobytes"]);
    else if (OWN.has(field["name"]!) && field["kilobytes"] !== "0") current = undefined;
  }
  finish();
  return found;
}
