import { readFileSync } from "node:fs";

const LIMITS = "/proc/self/limits";

/** File descriptors that this process may have; `undefined` where the system does not say. */
export function descriptorLimit(): number | undefined {
  try {
    const [, soft] = /^Max open files +(\d+)/m.exec(readFileSync(LIMITS, "utf8")) ?? [];
    return soft === undefined ? undefined : Number(soft);
  } catch {
    return undefined;
  }
}
