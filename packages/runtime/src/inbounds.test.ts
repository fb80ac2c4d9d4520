import { once } from "node:events";
import { connect, type Socket } from "node:net";
import type { InboundConfig } from "@flor/config";
import type { FlorNode } from "@flor/node";
import { afterEach, expect, it } from "vitest";
import { openInbound, type RunningInbound } from "./inbounds.ts";

const config: InboundConfig = {
  kind: "proxy",
  listen: { address: "127.0.0.1", port: 0 },
  users: undefined,
  allow: undefined,
  to: undefined,
};

let inbound: RunningInbound;
const clients: Socket[] = [];

afterEach(async () => {
  for (const client of clients.splice(0)) client.destroy();
  await inbound.listener.close();
});

it("lets in as many clients as its share of the descriptors is now, and keeps those that are there", async () => {
  let accepted = 0;
  const node = { accept: () => void (accepted += 1) } as unknown as FlorNode;
  inbound = await openInbound(node, config, 4);
  const come = async (count: number): Promise<void> => {
    const before = clients.length;
    for (let client = 0; client < count; client += 1)
      clients.push(connect(inbound.listener.port, "127.0.0.1").on("error", () => {}));
    await Promise.all(clients.slice(before).map((client) => once(client, "connect")));
  };
  const refused = (): number => inbound.status().refused["too-many-clients"] ?? 0;
  // One in four is for a UDP association.
  await come(4);
  await expect.poll(() => [accepted, refused()]).toEqual([3, 1]);
  inbound.setDescriptors(8);
  await come(4);
  await expect.poll(() => [accepted, refused()]).toEqual([6, 2]);
  inbound.setDescriptors(2);
  await come(2);
  await expect.poll(() => [accepted, refused(), inbound.listener.connections]).toEqual([6, 4, 6]);
});
