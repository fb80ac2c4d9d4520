/** No failing system call ends a node without a word while it starts: it says what failed and what to do, or goes on. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { FailingCalls, NodeProcess, type Wish } from "@flor/testkit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

let library: FailingCalls;
beforeAll(async () => {
  library = await FailingCalls.create();
});
afterAll(() => library[Symbol.dispose]());

/** A node of its own, started while this fails once. */
async function started(wish: Wish): Promise<{ readonly calls: FailingCalls; readonly node: NodeProcess }> {
  const calls = library.another();
  const node = await NodeProcess.prepare("starter", { environment: calls.environment });
  node.configure({
    inbounds: [{ socks5: "127.0.0.1:0" }],
    links: [{ name: "wan", kind: "udp", listen: "127.0.0.1:0" }],
  });
  // As a node leaves it that was killed.
  mkdirSync(join(node.folder, "flor"), { mode: 0o700 });
  if (wish.call === "unlink") writeFileSync(join(node.folder, "flor", "starter.sock"), "");
  calls.start({ times: 1, ...wish });
  return { calls, node };
}

/** What fails, and what is said. */
const ends: readonly (readonly [Wish, RegExp])[] = [
  [{ call: "open", path: "flor.yaml", error: "EMFILE" }, /flor\.yaml: cannot be opened: EMFILE/],
  [{ call: "open", path: "node.key", error: "EACCES" }, /node\.key is not readable by this user/],
  [{ call: "open", path: ".unconfirmed", error: "ENFILE" }, /cannot be read \(ENFILE\): .*fs\.file-max/],
  [{ call: "statx", path: "-starter-", error: "EACCES" }, /cannot be made \(EACCES\): set XDG_RUNTIME_DIR/],
  [
    { call: "unlink", path: "starter.sock", error: "EPERM" },
    /is left over from a node that is gone, .* \(EPERM\): remove it/,
  ],
  [{ call: "mkdir", path: "-starter-", error: "ENOSPC" }, /cannot be made \(ENOSPC\): the disk is full/],
  [
    { call: "chmod", path: "starter.sock", error: "EPERM" },
    /cannot be closed to other users \(EPERM\): set XDG_RUNTIME/,
  ],
  [{ call: "socket", error: "EMFILE" }, /starter\.sock cannot be made \(EMFILE\): .*ulimit -n/],
  [
    { call: "listen", error: "ENOBUFS", skip: 1 },
    /cannot listen on 127\.0\.0\.1 port 0: ENOBUFS: the kernel has no memory/,
  ],
];

describe.concurrent("a node that cannot start", () => {
  test.each(ends)("ends with a sentence: %j", async (wish, said) => {
    const { calls, node } = await started(wish);
    await using _node = node;
    using _calls = calls;
    await node.up().catch(() => {});
    expect((await node.process.exited).code).toBeGreaterThan(0);
    expect(calls.stop()).toBe(1);
    expect(node.process.output).toMatch(said);
    expect(node.process.output).not.toMatch(/^\s+at /m);
  });
});

const outlived: readonly (readonly [Wish, RegExp])[] = [
  [{ call: "mkdir", path: "/state/", error: "EACCES", times: 9 }, /link-without-state/],
  [{ call: "fork", error: "ENOMEM" }, /ENOMEM/],
];

describe.concurrent("a node that can start all the same", () => {
  test.each(outlived)("does, and says what failed: %j", async (wish, said) => {
    const { calls, node } = await started(wish);
    await using _node = node;
    using _calls = calls;
    await node.up();
    await node.waitFor(({ links }) => links[0]?.state === "ready", "its link is ready");
    await node.process.waitForOutput(said);
    expect(calls.stop()).toBeGreaterThan(0);
  });
});
