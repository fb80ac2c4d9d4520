import { type ReloadReport, runtimeFolder } from "@flor/runtime/control";
import { askNode, liveNodes } from "./ask-node.ts";

/** A node that runs from a file, and what a reload of it would change. */
export interface RunningPlan {
  readonly node: string;
  readonly report: ReloadReport;
}

/** Asks the nodes of this user that run; `undefined`: none runs from this file, or it cannot say. @param file absolute */
export async function planOfRunningNode(
  file: string,
  environment: NodeJS.ProcessEnv,
): Promise<RunningPlan | undefined> {
  const nodes = await liveNodes(runtimeFolder(environment)).catch(() => []);
  const plans = await Promise.all(nodes.map(async (node) => ({ node, report: await planOf(node, environment) })));
  for (const { node, report } of plans) if (report?.file === file) return { node, report };
  return undefined;
}

async function planOf(name: string, environment: NodeJS.ProcessEnv): Promise<ReloadReport | undefined> {
  try {
    return (await askNode({ name, environment }, { method: "reload", params: { dryRun: true } })) as ReloadReport;
  } catch {
    // It is starting, or its own file has mistakes.
    return undefined;
  }
}
