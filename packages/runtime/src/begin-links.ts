/** Apart from the rest, which takes longer to load than a link takes to start. */
import type { Config } from "@flor/config";
import { BegunChildren } from "@flor/host/begun-children";
import { linkEnvironment } from "@flor/host/link-environment";
import { builtinLinkCommand } from "./links/builtin-link-command.ts";

/**
 * Starts the processes of the links that come with flor. They load while the node does, and do nothing before the node
 * speaks to them. The caller hands the result to the node; links that it does not take end when the result is disposed of.
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
