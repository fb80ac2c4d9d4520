/** What a process uses, as /proc tells. Linux. */
import { existsSync, readdirSync, readFileSync, readlinkSync } from "node:fs";

/** The kernel counts processor time in hundredths of a second, on every platform that Node runs on. */
const TICKS_PER_SECOND = 100;

/** Open descriptors by kind, and the processes below: what must be as before when a test is over. */
export interface Holdings {
  /** Such as `{ "tcp": 2, "udp": 1, "pipe": 4, "anon_inode:[eventpoll]": 1, "file": 3 }`. */
  readonly descriptors: Readonly<Record<string, number>>;
  /** Command lines of all processes below, sorted. */
  readonly children: readonly string[];
}

/** Processor seconds, user and system, that a process has used so far, its children not included. */
export function processorSeconds(pid: number): number {
  const fields = statFields(pid);
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

/** Resident memory of a process. */
export function residentOctets(pid: number): number {
  const kibibytes = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
  return Number(kibibytes) * 1024;
}

/** Whether a process waits for something: what had come for it is done. */
export function isAsleep(pid: number): boolean {
  return statFields(pid)[0] === "S";
}

/** Pids of the processes below, children of children included. */
export function descendants(pid: number): readonly number[] {
  const parents = new Map<number, number>();
  for (const entry of readdirSync("/proc")) {
    const child = Number(entry);
    if (Number.isInteger(child)) parents.set(child, parentOf(child));
  }
  const found: number[] = [];
  const isBelow = (child: number): boolean => {
    const parent = parents.get(child);
    return parent === pid || (parent !== undefined && found.includes(parent));
  };
  // A parent's pid may be higher than its child's: look until nothing is added.
  for (let before = -1; before !== found.length;) {
    before = found.length;
    for (const child of parents.keys()) if (!found.includes(child) && isBelow(child)) found.push(child);
  }
  return found;
}

/** What a process holds at this moment; throws when it has ended. */
export function holdingsOf(pid: number): Holdings {
  if (!existsSync(`/proc/${pid}/fd`)) throw new Error(`process ${pid} has ended`);
  const targets = readdirSync(`/proc/${pid}/fd`).map((descriptor) => linkTarget(`/proc/${pid}/fd/${descriptor}`));
  // After the descriptors: a socket opened in between would have no kind.
  const kinds = socketKinds(pid);
  const descriptors: Record<string, number> = {};
  for (const target of targets) {
    const kind = kindOf(target, kinds);
    if (kind !== undefined) descriptors[kind] = (descriptors[kind] ?? 0) + 1;
  }
  return { descriptors, children: descendants(pid).map(commandLine).toSorted() };
}

function statFields(pid: number): readonly string[] {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  // The program's name, in parentheses, may hold spaces and parentheses: count from behind it.
  return stat.slice(stat.lastIndexOf(")") + 2).split(" ");
}

function parentOf(pid: number): number {
  try {
    return Number(statFields(pid)[1]);
  } catch {
    // It ended while we read.
    return 0;
  }
}

function commandLine(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ").trim();
  } catch {
    return "(ended)";
  }
}

function linkTarget(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}

function kindOf(target: string | undefined, kinds: ReadonlyMap<string, string>): string | undefined {
  const inode = /^socket:\[(\d+)\]$/.exec(target ?? "")?.[1];
  if (inode !== undefined) return kinds.get(inode) ?? "socket";
  if (target?.startsWith("pipe:")) return "pipe";
  return target?.startsWith("/") ? "file" : target;
}

/** Kind by inode of the sockets in the process's namespace. */
function socketKinds(pid: number): ReadonlyMap<string, string> {
  const kinds = new Map<string, string>();
  const columns = { tcp: 9, tcp6: 9, udp: 9, udp6: 9, unix: 6 };
  for (const [table, column] of Object.entries(columns)) {
    for (const line of readFileSync(`/proc/${pid}/net/${table}`, "utf8").split("\n").slice(1)) {
      const inode = line.trim().split(/\s+/)[column];
      if (inode !== undefined) kinds.set(inode, table.replace("6", ""));
    }
  }
  return kinds;
}
