/** Which file adds which commands, in the order of the help: a command that is named is loaded without the others. */
import type { Command } from "commander";
import type { Terminal } from "../terminal.ts";

/** The commands that one function adds. */
export interface CommandFamily {
  readonly words: readonly string[];
  readonly load: () => Promise<(program: Command, terminal: Terminal) => void>;
}

/** All of them but `version` and `help`. */
export const FAMILIES: readonly CommandFamily[] = [
  { words: ["up"], load: async () => (await import("./up.ts")).addUp },
  { words: ["demo"], load: async () => (await import("./demo.ts")).addDemo },
  { words: ["keygen", "id"], load: async () => (await import("./keys.ts")).addKeys },
  { words: ["check"], load: async () => (await import("./check.ts")).addCheck },
  {
    words: ["status", "peers", "links", "flows", "labels"],
    load: async () => (await import("./listing.ts")).addListings,
  },
  { words: ["ping"], load: async () => (await import("./ping.ts")).addPing },
  { words: ["trace", "paths", "topology"], load: async () => (await import("./seeing.ts")).addSeeing },
  { words: ["doctor"], load: async () => (await import("./doctor.ts")).addDoctor },
  { words: ["link"], load: async () => (await import("./link.ts")).addLink },
  { words: ["services", "lookup"], load: async () => (await import("./services.ts")).addServices },
  { words: ["serve", "unserve"], load: async () => (await import("./serve.ts")).addServe },
  { words: ["lb"], load: async () => (await import("./lb.ts")).addLb },
  { words: ["logs"], load: async () => (await import("./logs.ts")).addLogs },
  { words: ["metrics"], load: async () => (await import("./metrics.ts")).addMetrics },
  { words: ["reload"], load: async () => (await import("./reload.ts")).addReload },
  { words: ["confirm"], load: async () => (await import("./reload.ts")).addConfirm },
  { words: ["forward"], load: async () => (await import("./forward.ts")).addForward },
  { words: ["init"], load: async () => (await import("./init.ts")).addInit },
  { words: ["network"], load: async () => (await import("./network.ts")).addNetwork },
  { words: ["invite"], load: async () => (await import("./invite.ts")).addInvite },
  { words: ["join"], load: async () => (await import("./join.ts")).addJoin },
  { words: ["members"], load: async () => (await import("./members.ts")).addMembers },
  { words: ["revoke"], load: async () => (await import("./revoke.ts")).addRevoke },
  { words: ["key"], load: async () => (await import("./key.ts")).addKey },
  { words: ["policy"], load: async () => (await import("./policy.ts")).addPolicy },
  // Completion and manual page read the whole program, and what people type instead of a command is none.
  { words: [], load: async () => (await import("./completion.ts")).addCompletion },
  { words: [], load: async () => (await import("./man-page.ts")).addManPage },
  { words: [], load: async () => (await import("./near-misses.ts")).addNearMisses },
];

/** What must be loaded for a command line that begins with a word: all, unless the word is a command. */
export function familiesOf(word: string | undefined): readonly CommandFamily[] {
  if (word !== undefined && NO_COMMAND.has(word)) return [];
  const family = FAMILIES.find(({ words }) => word !== undefined && words.includes(word));
  return family === undefined ? FAMILIES : [family];
}

/** Words that the program answers without any of its commands. */
const NO_COMMAND: ReadonlySet<string> = new Set(["--version", "-V", "version"]);
