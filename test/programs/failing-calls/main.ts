/**
 * `node test/programs/failing-calls/main.ts`: starts nodes of each role while one call fails, each call that a start makes in turn;
 * with `--all` each of them with every error. Linux, gcc; ends with 1 when a node took one badly.
 */
import { parseArgs } from "node:util";
import { FailingCalls, type Wish } from "@flor/testkit";
import { startRole } from "./start-up-roles.ts";
import { ERRORS } from "./sweep.ts";
import { type Role, ROLES } from "./three-nodes.ts";

const { values } = parseArgs({
  options: {
    all: { type: "boolean", default: false },
    roles: { type: "string", default: ROLES.join(",") },
    calls: { type: "string", default: "" },
    most: { type: "string", default: "12" },
  },
});

/** Of a call that is made more often, the first ones. */
const MOST = Number(values.most);
const MANY = 1_000_000;
/** Files of programs are not failed: Node.js ends for lack of them before flor runs. */
const OWN_FILES = ["-starter-", "/etc/"] as const;
const CALLS_OF_FILES = ["open", "statx", "mkdir", "chmod", "unlink", "rename", "rmdir"];
const OTHER_CALLS = (
  "socket socketpair bind listen accept4 connect getsockname getsockopt setsockopt getifaddrs sendto sendmsg recvmsg " +
  "sendmmsg recvmmsg read write writev fsync dup3 fork fcntl shutdown kill"
).split(" ");
const CALLS: readonly Pick<Wish, "call" | "path">[] = [
  ...OTHER_CALLS.map((call) => ({ call })),
  ...CALLS_OF_FILES.flatMap((call) => OWN_FILES.map((path) => ({ call, path }))),
];

const chosen = values.calls === "" ? CALLS : CALLS.filter(({ call }) => values.calls.split(",").includes(call));
const say = (line: string): void => void process.stdout.write(`${line}\n`);
let [starts, bad, turn] = [0, 0, 0];

for (const role of values.roles.split(",") as Role[]) {
  for (const wish of chosen) {
    using calls = await FailingCalls.create();
    const { problem } = await startRole(role, calls, { ...wish, error: "EIO", skip: MANY });
    const made = MANY - calls.toSkip;
    say(`${role} ${wish.call} ${wish.path ?? ""}: ${made} calls${problem === undefined ? "" : `, ${problem}`}`);
    for (let skip = 0; skip < Math.min(made, MOST); skip += 1) {
      const errors = values.all ? ERRORS : [ERRORS[(turn += 1) % ERRORS.length]!];
      for (const error of errors) await tryOne(role, calls, { ...wish, error, skip });
    }
  }
}
say(`${starts} starts, ${bad} taken badly`);
process.exitCode = bad === 0 ? 0 : 1;

async function tryOne(role: Role, calls: FailingCalls, wish: Wish): Promise<void> {
  const { failed, problem, said } = await startRole(role, calls, wish);
  starts += 1;
  if (problem !== undefined) bad += 1;
  const mark = problem === undefined ? "✓" : "✗";
  say(`  ${mark} ${wish.skip} ${wish.error} ${failed === 0 ? "(not met) " : ""}${problem ?? said}`.slice(0, 2500));
}
