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
  for (const node of await liveNodes(runtimeFolder(environment))) {
    const report = await planOf(node, environment);
    if (report?.file === file) return { node, report };
  }
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
