import type { Config, LinkConfig } from "@flor/config";
import { type BegunChildren, errorCode, type Log } from "@flor/host";
import type { FlorNode } from "@flor/node";
import { builtinLinkCommand } from "./builtin-link-command.ts";
import { linkSettingsOf } from "./link-settings.ts";
import { makeStateFolder } from "../state-folder.ts";
import { NativeLink } from "./native-link.ts";
import { ProcessLink } from "./process-link.ts";
import type { RunningLink } from "./running-link.ts";

/** What all links of a node share. */
export interface LinkSurroundings {
  readonly node: FlorNode;
  readonly config: Config;
  readonly log: Log;
  /** Processes of links that load already. */
  readonly begun: BegunChildren | undefined;
  readonly wake: () => void;
  /** A link became ready that stands on other nodes than before. */
  readonly handleAncestryChanged: () => void;
  /** What a node beneath, and those beneath it, add and carry changed. */
  readonly handleLayersChanged: () => void;
}

/** Makes the link of a configuration; it is not started. */
export function createLink(
  link: LinkConfig,
  { node, config, log, begun, wake, ...beneath }: LinkSurroundings,
): RunningLink {
  const { name, kind } = link;
  if (link.kind === "native") {
    return new NativeLink({ node, name, attach: link.attach, log, wake, ...beneath });
  }
  const shared = { node, name, kind, stateDir: stateFolderOf(config.name, name, log), log, wake };
  if (link.kind === "process") {
    return new ProcessLink({ ...shared, command: link.command, config: link.config, environment: link.env });
  }
  return new ProcessLink({
    ...shared,
    command: builtinLinkCommand(link.kind),
    begun,
    // Read for each process.
    get config() {
      return linkSettingsOf(link, { name: config.name, identity: node.identity });
    },
    environment: {},
  });
}

/** A folder of the link's own, mode 0700: `$XDG_STATE_HOME/flor/NODE/LINK`, or below `~/.local/state`. */
function stateFolderOf(node: string, link: string, log: Log): string {
  try {
    return makeStateFolder(node, link);
  } catch (error) {
    // A read-only home, or none: the link starts without the state of its last run.
    const advice =
      "it starts without the state of its last run: set XDG_STATE_HOME to a folder where this user may write";
    log.write("info", "link-without-state", { link, reason: errorCode(error), advice });
    return "";
  }
}
