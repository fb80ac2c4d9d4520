/**
 * No failing system call ends a node: every call that a node makes fails in turn, with every error, at the ingress, in
 * the middle and at the egress, while traffic goes through.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { NodeProcess, TestServer, type Wish } from "@flor/testkit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { connectThrough, openThrough } from "../../e2e/connect-through.ts";
import {
  CALLS_OF_CHANGES,
  CALLS_OF_LINKS,
  CALLS_OF_TRAFFIC,
  CALLS_OF_UDP_LINK,
  ERRORS,
  saidInStatus,
} from "./sweep.ts";
import { type FallibleNode, ROLES, startPair, ThreeNodes } from "./three-nodes.ts";

/** In a row: more than one flow's worth, and few enough to be over when the flow is. */
const FAILURES = 3;
/** A flow that met a failure may end by any of its time limits: it is not waited for. */
const HASTE_MS = 5000;
/** One after it may not; a busy machine takes longer. */
const PATIENCE_MS = 60_000;
/** Such flows are tried one after the other. */
const POLL = { timeout: 2 * PATIENCE_MS, interval: 100 };

let nodes: ThreeNodes;
let echo: TestServer;

beforeAll(async () => {
  nodes = await ThreeNodes.start();
  echo = await TestServer.open({ kind: "echo" });
});

afterAll(async () => {
  await nodes[Symbol.asyncDispose]();
  await echo[Symbol.asyncDispose]();
});

/** Opens a flow, sends an octet there and back, and ends it; throws when that does not work. */
async function sendThrough(patienceMs: number): Promise<void> {
  using client = await openThrough(nodes.socksPort, { host: "127.0.0.1", port: echo.port }, patienceMs);
  await client.write("x");
  await client.read(1, patienceMs);
  client.end();
}

/** Waits until a flow works: the first may have met what has failed before. */
async function untilThrough(): Promise<void> {
  await expect.poll(() => sendThrough(PATIENCE_MS).then(() => "through", String), POLL).toBe("through");
}

describe.each(ROLES)("at the %s", (role) => {
  test.each(CALLS_OF_TRAFFIC[role])("%s that fails ends no node, and is over when it works again", async (call) => {
    const { node, calls } = nodes.byRole[role];
    for (const error of ERRORS) {
      calls.start({ call, error, times: FAILURES });
      // On a busy machine the haste may end a flow before it came so far.
      await expect
        .poll(
          async () => {
            await sendThrough(HASTE_MS).catch(() => {});
            await node.status();
            return calls.failed;
          },
          { ...POLL, message: `${call} was called` },
        )
        .toBeGreaterThan(0);
      calls.stop();
      await untilThrough();
      expect(node.process.isRunning, `${call} with ${error}: ${node.process.output.slice(-2000)}`).toBe(true);
      const status = await node.status();
      expect(status?.mistakes).toEqual({});
      expect(status && saidInStatus(call, error, status), `${call} with ${error} in status`).toBe(true);
    }
  });
});

test.each(CALLS_OF_UDP_LINK)(
  "%s that fails ends no link, and frames go on when it works again",
  async (call, errors) => {
    const { linkCalls: calls, byRole } = nodes;
    const before = (await byRole.transit.node.status())?.links[0];
    for (const error of errors) {
      calls.start({ call, error, times: FAILURES });
      await sendThrough(HASTE_MS).catch(() => {});
      await expect.poll(() => calls.failed, { message: `${call} was called` }).toBeGreaterThan(0);
      calls.stop();
      await untilThrough();
    }
    expect((await byRole.transit.node.status())?.links[0]).toMatchObject({
      pid: before?.pid,
      restarts: before?.restarts,
    });
  },
);

test.each(["EMFILE", "EACCES"] as const)("an egress to which interfaces are not told (%s) goes on", async (error) => {
  const { node, calls } = nodes.byRole.egress;
  calls.start({ call: "getifaddrs", error });
  // The list is read once a second, when a flow asks for it.
  await expect
    .poll(async () => {
      await sendThrough(PATIENCE_MS);
      return calls.failed;
    })
    .toBeGreaterThan(0);
  await sendThrough(PATIENCE_MS);
  calls.stop();
  expect(node.process.isRunning).toBe(true);
});

test("what the egress could not do for lack of descriptors is said in its log, and in the ingress's", async () => {
  const { calls, node } = nodes.byRole.egress;
  calls.start({ call: "socket", error: "EMFILE", times: 1 });
  using refused = await connectThrough(nodes.socksPort, { host: "127.0.0.1", port: echo.port });
  expect([refused.reply, calls.stop()]).toEqual([1, 1]);
  await node.process.waitForOutput(/"text":"127\.0\.0\.1: EMFILE","cause":"overloaded".*connect-failed/);
  await nodes.byRole.ingress.node.process.waitForOutput(/EMFILE.*open-failed/);
});

test("lines that a full disk did not take are counted, and said when there is room", async () => {
  const { calls, node } = nodes.byRole.egress;
  calls.start({ call: "write", error: "ENOSPC" });
  for (let lines = 0; lines < 2; lines += 1) {
    using refused = await connectThrough(nodes.socksPort, { host: "192.0.2.1", port: 9 }).catch(() => undefined);
    expect(refused?.reply ?? 2).toBe(2);
  }
  calls.stop();
  using refused = await connectThrough(nodes.socksPort, { host: "192.0.2.1", port: 9 });
  expect(refused.reply).toBe(2);
  await node.process.waitForOutput(/"msg":"log-lines-lost","lines":\d/);
});

/** Restarts the first link while a call fails once; a link that waits after a failed start is started at once. */
async function restartLink({ node, calls }: FallibleNode, wish: Wish): Promise<void> {
  // The answer may meet the failure too, and it may be late: what was asked for is done all the same.
  const restart = (): Promise<unknown> => node.ask("link.restart", { name: "wan" }).catch(() => {});
  calls.start({ ...wish, skip: 0, times: 1 });
  await restart();
  await expect.poll(() => calls.failed, { message: `${wish.call} was called` }).toBe(1);
  calls.stop();
  await node.waitFor(({ links }) => links[0]?.state === "ready" || links[0]?.state === "back-off", "it was tried");
  if ((await node.status())?.links[0]?.state === "back-off") await restart();
}

test.each(CALLS_OF_LINKS)(
  "%s that fails while a link starts ends no node, and the link starts",
  async (call, errors) => {
    const { node, calls } = nodes.byRole.egress;
    for (const error of errors) {
      await restartLink({ node, calls }, { call, error });
      await node.waitFor(({ links }) => links[0]?.state === "ready", "its link is ready");
      expect(node.process.isRunning).toBe(true);
    }
    await nodes.byRole.ingress.node.waitForPeer("egress");
    await untilThrough();
  },
);

/** A change that is asked of a node, and taken back. */
const changes = {
  reload: async (node: NodeProcess): Promise<void> => {
    const file = join(node.folder, "flor.yaml");
    const config = JSON.parse(readFileSync(file, "utf8")) as { routes: object[] };
    node.configure({ ...config, routes: [...config.routes, { to: "192.0.2.0/24", through: "egress" }] });
    await node.ask("reload", { confirm: 60 }).finally(() => node.configure(config));
    await node.ask("confirm");
  },
  forward: async (node: NodeProcess): Promise<void> => {
    const to = `127.0.0.1:${echo.port}`;
    const opened = await node.ask("forward.open", { network: "tcp", address: "127.0.0.1", port: 0, to });
    await node.ask("forward.end", { id: (opened as { readonly id: string }).id });
  },
};

test.each(CALLS_OF_CHANGES)("%s that fails with one of %j refuses a %s with a reason", async (call, errors, change) => {
  const { node, calls } = nodes.byRole.ingress;
  for (const error of errors) {
    // The log is written to as well.
    const paths = call === "open" || call === "write" ? { path: ".unconfirmed" } : {};
    calls.start({ call, error, times: 1, ...paths });
    await expect(changes[change](node)).rejects.toThrow(call === "bind" ? "cannot listen on" : error);
    expect(calls.stop(), `${call} was called`).toBe(1);
    await changes[change](node);
    expect(node.process.isRunning).toBe(true);
  }
});

test("more flows than descriptors are refused with a reply, and there is room when others end", async () => {
  await using few = await NodeProcess.prepare("few", { openFilesMax: 60 });
  await using near = await NodeProcess.prepare("near");
  await startPair(near, few);
  const socksPort = await near.socksPort();
  const target = { host: "127.0.0.1", port: echo.port };
  const flows = await Promise.all(Array.from({ length: 60 }, () => connectThrough(socksPort, target)));
  const replies = flows.map(({ reply }) => reply);
  // Three quarters of 60, less 32.
  expect([replies.filter((reply) => reply === 0).length, replies.filter((reply) => reply === 1).length]).toEqual([
    13, 47,
  ]);
  for (const { client } of flows) client[Symbol.dispose]();
  await few.waitFor(({ flows: { open } }) => open === 0, "no flow is open");
  using again = await openThrough(socksPort, target);
  await again.write("x");
  await again.read(1);
  expect((await few.status())?.flows.failed["egress-overloaded"]).toBe(47);
});
