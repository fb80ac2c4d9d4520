import { EventEmitter } from "node:events";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { EtcdClient } from "./etcd-client.ts";
import { etcdMethods } from "./etcd-messages.ts";
import { EtcdPublisher, LEASE_SECONDS } from "./etcd-publisher.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it("what is published lives ten seconds after the last renewal, and is renewed three times in these", async () => {
  const granted: unknown[] = [];
  let renewals = 0;
  const client = {
    endpoint: "etcd",
    call: async (method: unknown, request: { TTL?: number }) => {
      if (method === etcdMethods.leaseGrant) granted.push(request.TTL);
      return { error: "" };
    },
    stream: () => {
      const stream = new EventEmitter();
      const write = (): void => {
        renewals += 1;
        stream.emit("data", { TTL: LEASE_SECONDS });
      };
      return Object.assign(stream, { write, end: () => {}, destroy: () => {} });
    },
    rotate: () => {},
  };
  const problems: string[] = [];
  const publisher = new EtcdPublisher(client as unknown as EtcdClient, (reason) => void problems.push(reason));
  publisher.set("db", new Uint8Array(1));
  await vi.advanceTimersByTimeAsync(1);
  expect([granted, renewals]).toEqual([[LEASE_SECONDS], 0]);
  await vi.advanceTimersByTimeAsync(LEASE_SECONDS * 1000);
  expect([granted, renewals, problems]).toEqual([[LEASE_SECONDS], 3, []]);
  await publisher.close();
});
