/**
 * Pages of its program that a process has read and may not need any more. Most of what Node's start runs through, tens of
 * megabytes of its program, is never needed again; while it is mapped the kernel keeps it as it keeps what is in use. What is
 * let go of here stays in the page cache, and is mapped again, in microseconds, when it is needed after all.
 */
import { readFileSync, readlinkSync, statfsSync, statSync } from "node:fs";

/** A mapping's address and length. */
export interface Mapping {
  readonly address: number;
  readonly octets: number;
}

/** Of a private mapping of a file that cannot be written. */
const HEAD = /^(?<from>[0-9a-f]+)-(?<to>[0-9a-f]+) r-[-x]p \S+ \S+ [1-9]\d* +(?<path>\/.*)$/gm;
/** What a process has written into a mapping is its own, and would be lost. */
const OWN = ["Anonymous", "Private_Dirty", "Swap"] as const;
/** Less than this is not worth a call. */
const LEAST_KILOBYTES = 256;
/** See proc_pid_exe(5): it goes on naming the file that runs when its path means another one, or none. */
const PROGRAM = "/proc/self/exe";
/** File systems of other machines and other programs, statfs(2): NFS, SMB, CIFS, SMB2, AFS, Ceph, 9P, FUSE. */
const DISTANT: ReadonlySet<number> = new Set([
  0x6969, 0x517b, 0xff534d42, 0xfe534d42, 0x5346414f, 0x00c36400, 0x01021997, 0x65735546,
]);

/**
 * What this process has mapped of its own program and did not change; none where the system does not tell. Nothing of libraries,
 * which another thread may be loading; nothing of a program that was replaced or removed, or that comes from elsewhere,
 * perhaps through this node: what is let go of must be there when it is needed again.
 */
export function programMappings(): readonly Mapping[] {
  try {
    const program = lastingFile(PROGRAM);
    return program === undefined ? [] : unchangedMappings(readFileSync("/proc/self/smaps", "utf8"), program);
  } catch {
    return [];
  }
}

/** Where the file that a link of proc(5) names lies; `undefined`: no longer there, or not on this machine. */
export function lastingFile(link: string): string | undefined {
  const path = readlinkSync(link);
  const named = statSync(link, { bigint: true });
  const there = statSync(path, { bigint: true, throwIfNoEntry: false });
  if (there?.ino !== named.ino || there.dev !== named.dev) return undefined;
  return DISTANT.has(statfsSync(path).type) ? undefined : path;
}

/**
 * Private mappings of a file that cannot be written, and in which no page is other than in the file.
 *
 * @param smaps see proc_pid_smaps(5)
 * @param path of the file
 */
export function unchangedMappings(smaps: string, path: string): readonly Mapping[] {
  const found: Mapping[] = [];
  for (const { index, groups } of smaps.matchAll(HEAD)) {
    if (groups!["path"] !== path) continue;
    // Up to its last line.
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
