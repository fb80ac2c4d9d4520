import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createKeyFile } from "@flor/config";
import { freePort } from "@flor/testkit";
import { vi } from "vitest";
import { createNode } from "./create-node.ts";
import type { Flor } from "./flor.ts";

/** Two nodes of this process with links of their own: what `near` connects to leaves at `far`. */
export interface TwoNodes extends AsyncDisposable {
  readonly near: Flor;
  readonly far: Flor;
}

/** @param allow what `far` lets out */
export async function twoNodes(allow: readonly string[] = ["127.0.0.0/8"]): Promise<TwoNodes> {
  const folder = mkdtempSync(join(tmpdir(), "flor-api-"));
  const [near, far] = (["near", "far"] as const).map((name) => createKeyFile(join(folder, `${name}.key`)).id);
  const port = await freePort();
  const link = (listen: string): object => ({ name: "wan", kind: "udp", listen });
  const nodes: Flor[] = [];
  const start = async (config: Readonly<Record<string, unknown>>): Promise<Flor> => {
    const node = await createNode({ config, folder });
    nodes.push(node);
    return node;
  };
  const farNode = await start({
    name: "far",
    key: "far.key",
    links: [link(`127.0.0.1:${port}`)],
    peers: [{ name: "near", id: near, link: "wan" }],
    outbounds: [{ tcp: { allow } }, { udp: { allow } }],
    services: { network: "team" },
  });
  const nearNode = await start({
    name: "near",
    key: "near.key",
    links: [link("127.0.0.1:0")],
    peers: [{ name: "far", id: far, link: "wan", address: `127.0.0.1:${port}` }],
    routes: [{ to: "*", through: "far" }],
    services: { network: "team", trust: { "*": ["far"] } },
  });
  const close = async (): Promise<void> => {
    await Promise.all(nodes.map((node) => node.close()));
    rmSync(folder, { recursive: true });
  };
  // A client waits 10 s for a session, and a busy machine takes longer than that to start two links.
  await vi.waitUntil(() => nearNode.status().peers.every(({ state }) => state === "up"), { timeout: 200_000 });
  return { near: nearNode, far: farNode, [Symbol.asyncDispose]: close };
}
