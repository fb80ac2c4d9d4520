/** Nodes of each role that start alone, while one call fails. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type FailingCalls, NodeProcess, type Wish } from "@flor/testkit";
import type { Role } from "./three-nodes.ts";

const udp = { name: "wan", kind: "udp", listen: "127.0.0.1:0" };
const tcp = { name: "streams", kind: "tcp", listen: "127.0.0.1:0" };

/** What a node of this role opens when it starts. */
const CONFIGS: Readonly<Record<Role, (folder: string) => object>> = {
  ingress: () => ({
    inbounds: [{ proxy: "127.0.0.1:0" }, { udp: "127.0.0.1:0", to: "192.0.2.1:9" }],
    metrics: "127.0.0.1:0",
    links: [udp],
  }),
  transit: () => ({ northbound: [{ name: "upper" }], links: [udp, tcp] }),
  egress: (folder) => ({
    outbounds: [{ tcp: { allow: ["*"] } }],
    links: [udp],
    services: { network: "team", registry: { file: join(folder, "services.yaml") } },
  }),
};

/** A node of this role, with what one leaves behind that was killed. */
export async function prepareRole(role: Role, calls: FailingCalls): Promise<NodeProcess> {
  const node = await NodeProcess.prepare("starter", { environment: calls.environment });
  node.configure(CONFIGS[role](node.folder));
  mkdirSync(join(node.folder, "flor"), { mode: 0o700 });
  writeFileSync(join(node.folder, "flor", "starter.sock"), "");
  writeFileSync(join(node.folder, "services.yaml"), "services: []\n");
  return node;
}

/** What a start came to. */
export interface StartUp {
  /** Calls that failed. */
  readonly failed: number;
  /** What is wrong with how the node took it; `undefined`: it serves, or ended with a sentence. */
  readonly problem: string | undefined;
  /** Whether it ended, and the last line that it said. */
  readonly said: string;
}

/** Starts a node of this role while this fails; it must serve, or end with a sentence that names the cause. */
export async function startRole(role: Role, calls: FailingCalls, wish: Wish): Promise<StartUp> {
  await using node = await prepareRole(role, calls);
  calls.start({ times: 1, ...wish });
  const isUp = await node.up().then(
    () => true,
    () => false,
  );
  const problem = isUp ? await problemWhileUp(node) : undefined;
  const failed = calls.stop();
  const { output } = node.process;
  const lines = output.trimEnd().split("\n");
  const last = lines.findLast((line) => line.includes(wish.error)) ?? lines.at(-1) ?? "";
  if (isUp) return { failed, problem, said: `serves: ${output.includes(wish.error) ? last : "(says nothing)"}` };
  const { code, signal } = await node.process.exited;
  return { failed, problem: problemOfEnd(output, wish, code ?? signal), said: `ends: ${last}` };
}

async function problemWhileUp(node: NodeProcess): Promise<string | undefined> {
  try {
    await node.waitFor(({ links }) => links.every(({ state }) => state === "ready"), "its links are ready");
    const status = await node.status();
    const mistakes = JSON.stringify(status?.mistakes);
    return mistakes === "{}" ? undefined : `counts mistakes: ${mistakes}`;
  } catch (error) {
    return `does not get ready: ${(error as Error).message}`;
  }
}

function problemOfEnd(output: string, { error }: Wish, end: string | number | undefined): string | undefined {
  const tail = output.slice(-1500);
  if (typeof end !== "number" || end === 0) return `ended by ${end}: ${tail}`;
  if (/^\s+at /m.test(output)) return `ended with a trace: ${tail}`;
  return output.includes(error) ? undefined : `ended and did not name ${error}: ${tail}`;
}
