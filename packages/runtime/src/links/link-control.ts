/** What people may do with a link of a running node: look at it, restart it, take it out of use. */
import type { LinkStatus } from "@flor/node";
import type { RunningLink } from "./running-link.ts";

/** A link, and what it said last. */
export interface LinkDetails extends LinkStatus {
  /** The last 200 lines that it printed, oldest first. */
  readonly recentLines: readonly string[];
}

/** Commands for the links of one node. */
export interface LinkControl {
  show(name: string): LinkDetails;
  /** Moves its flows to other links, ends its process and starts its program as it is now on disk. */
  restart(name: string): Promise<LinkDetails>;
  /** Moves its flows to other links and ends its process; it stays stopped until it is resumed. */
  drain(name: string): Promise<LinkDetails>;
  /** Puts a link that was drained, or that gave up, back into use; a running one is left alone. */
  resume(name: string): Promise<LinkDetails>;
}

/** How long neighbours have to move their flows, once told: some round trips of a long path. */
const MOVE_MS = 500;
/** A restarted link that is not ready by then is shown as it is. */
const READY_TIMEOUT_MS = 3000;
const LOOK_AGAIN_MS = 20;

/** States in which a link has no process, and starts none by itself. */
const AT_REST: readonly string[] = ["stopped", "failed"];

/** The control of these links. */
export function linkControlOf(links: ReadonlyMap<string, RunningLink>): LinkControl {
  const find = (name: string): RunningLink => {
    const link = links.get(name);
    if (link !== undefined) return link;
    const known = links.size === 0 ? "it has none" : `it has ${[...links.keys()].join(", ")}`;
    throw new Error(`this node has no link ${JSON.stringify(name)}; ${known}`);
  };
  return {
    show: (name) => detailsOf(find(name)),
    async restart(name) {
      const link = find(name);
      await vacate(link);
      link.restart();
      await settle(link);
      return detailsOf(link);
    },
    async drain(name) {
      const link = find(name);
      await vacate(link);
      await link.stop();
      return detailsOf(link);
    },
    async resume(name) {
      const link = find(name);
      if (AT_REST.includes(link.status().state)) link.start();
      await settle(link);
      return detailsOf(link);
    },
  };
}

/** Flows leave the link, on both sides, before it ends. */
export async function vacate(link: RunningLink): Promise<void> {
  if (link.status().state !== "ready") return;
  link.vacate();
  await wait(MOVE_MS);
}

async function settle(link: RunningLink): Promise<void> {
  const deadline = performance.now() + READY_TIMEOUT_MS;
  const isSettled = (): boolean => ["ready", "failed", "stopped"].includes(link.status().state);
  while (!isSettled() && performance.now() < deadline) await wait(LOOK_AGAIN_MS);
}

function detailsOf(link: RunningLink): LinkDetails {
  return { ...link.status(), recentLines: link.recentLines };
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
