/** A test's target inside a namespace. */
import { fileURLToPath } from "node:url";
import type { Namespace } from "../namespace.ts";
import type { StartedProcess } from "../started-process.ts";
import type { ServerSpec } from "./server-spec.ts";

/** A server in a process of its own. Dispose it (`await using`) to end it. */
export interface NamespaceServer extends AsyncDisposable {
  readonly port: number;
  readonly process: StartedProcess;
}

/** Starts a server in a namespace; its `host` is an address of that namespace. */
export async function startServer(namespace: Namespace, spec: ServerSpec): Promise<NamespaceServer> {
  const main = fileURLToPath(new URL("main.ts", import.meta.url));
  const started = namespace.start(process.execPath, [main, JSON.stringify(spec)]);
  const [, port] = await started.waitForOutput(/"port":(\d+)/);
  return { port: Number(port), process: started, [Symbol.asyncDispose]: () => started[Symbol.asyncDispose]() };
}
