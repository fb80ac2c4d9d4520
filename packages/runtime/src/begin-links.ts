/** Apart from the rest, which takes longer to load than a link takes to start. */
import type { Config } from "@flor/config";
import { BegunChildren } from "@flor/host/begun-children";
import { linkEnvironment } from "@flor/host/link-environment";
import { builtinLinkCommand } from "./links/builtin-link-command.ts";

/**
 * Begins the processes of the links that come with flor: they load while the node does, and do nothing before the node
 * speaks to them. Whoever runs the node hands them to it; the rest ends when the result is disposed of.
 */
export async function beginLinks({ links }: Pick<Config, "links">): Promise<BegunChildren> {
  const begun = new BegunChildren();
  for (const { kind } of links)
    if (kind !== "native" && kind !== "process")
      await begun.begin({
        command: builtinLinkCommand(kind),
        environment: linkEnvironment(process.env, {}),
        directory: undefined,
      });
  return begun;
}
