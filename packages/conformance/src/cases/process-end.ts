import type { ConformanceCase } from "../conformance-case.ts";
import { Section } from "../contract.ts";
import { applies, demand } from "../finding.ts";
import { exitText } from "../link-child.ts";
import { carry, numbered } from "../carry.ts";
import { hasProc, isRunning, markedProcesses, startTextOf } from "../proc.ts";
import type { TestedLink } from "../tested-link.ts";

const group = "process";
const EOF_MS = 3000;
const TERMINATE_MS = 2000;
const ORPHAN_MS = 10_000;
/** What was sent before the exit is in the socket by then. */
const BYE_MS = 500;
/** Enough frames to fill a pipe of 64 KiB several times. */
const NOISE_FRAMES = 600;
const NOISE_OCTETS = 600;

/** Life and end of a link process. */
export const processEndCases: readonly ConformanceCase[] = [
  {
    id: "PROC-03",
    group,
    title: "the end of standard input ends the process within 3 s, with 0",
    level: "must",
    section: Section.process,
    async run(bench) {
      const link = await bench.startReady();
      await endByEof(link);
    },
  },
  {
    id: "PROC-04",
    group,
    title: "the end of standard input ends the process within 3 s though the node never answered",
    level: "must",
    section: Section.process,
    async run(bench) {
      const link = await bench.start();
      link.inbound = () => undefined;
      await link.untilHello();
      link.child.closeStdin();
      await link.untilExit("an end after the end of standard input", EOF_MS);
    },
  },
  {
    id: "PROC-05",
    group,
    title: "SIGTERM ends the process within 2 s, with 0",
    level: "must",
    section: Section.process,
    async run(bench) {
      const link = await bench.startReady();
      link.child.signal("SIGTERM");
      const exit = await link.untilExit("an end after SIGTERM", TERMINATE_MS);
      demand(exit.code === 0, "exit code 0", `the process ${exitText(exit)}; ${link.said}`);
    },
  },
  {
    id: "PROC-14",
    group,
    title: "SIGINT is the node's affair: the link goes on",
    level: "must",
    section: Section.process,
    async run(bench) {
      const link = await bench.startReady();
      await link.barrier();
      link.child.signal("SIGINT");
      await link.barrier();
      await link.barrier();
    },
  },
  {
    id: "PROC-15",
    group,
    title: "a link that ends by itself says Bye",
    level: "should",
    section: Section.end,
    async run(bench) {
      const link = await bench.startReady();
      link.child.signal("SIGTERM");
      await link.untilExit("an end after SIGTERM", TERMINATE_MS);
      const hasSaidBye = (): boolean => link.events.some(({ type }) => type === "bye");
      demand(await link.isSeen(hasSaidBye, BYE_MS), "Bye before the exit", "the process ended without a word");
    },
  },
  {
    id: "PROC-06",
    group,
    title: "output that nobody reads does not hold up the link",
    level: "must",
    section: Section.process,
    async run(bench) {
      // Where the far one says what its address is, it must be heard.
      const isFarUnread = bench.options.link.said === undefined;
      const { near, far } = await bench.cross({ near: { isOutputUnread: true }, far: { isOutputUnread: isFarUnread } });
      const lengths = Array.from({ length: NOISE_FRAMES }, () => NOISE_OCTETS);
      await carry(near, far, numbered(lengths, 1), { lotFrames: 50 });
      await near.link.barrier();
      await far.link.barrier();
    },
  },
  {
    id: "PROC-07",
    group,
    title: "a node that is killed takes its link with it, though something holds standard input open",
    level: "must",
    section: Section.process,
    async run(bench) {
      applies(hasProc(), "the kit cannot look at processes here");
      // The shell is the node as far as the link can see; the kit keeps the other end of standard input.
      const shell = ["sh", "-c", 'exec 3<&0; "$@" <&3 3<&- & wait', "sh", ...bench.options.link.command];
      const link = await bench.start({ command: shell, line: "" });
      const line = link.bootstrapLine().replace(`"parent_pid":${process.pid}`, `"parent_pid":${link.child.pid}`);
      link.child.write(line);
      await link.untilReady();
      // From here on nothing of the node is left: no message, no process.
      link.outbound = () => undefined;
      const pid = link.hello?.message.hello?.pid ?? 0;
      link.child.signal("SIGKILL");
      await link.untilExit("the shell's end", TERMINATE_MS);
      const isGone = await link.isSeen(() => !isRunning(pid), ORPHAN_MS);
      demand(isGone, `process ${pid} to end within ${ORPHAN_MS} ms of its parent`, "it still runs");
    },
  },
  {
    id: "PROC-09",
    group,
    title: "what the link started ends with it",
    level: "must",
    section: Section.process,
    async run(bench) {
      applies(hasProc(), "the kit cannot look at processes here");
      const { near } = await bench.cross();
      await endByEof(near.link);
      await near.link.isSeen(() => markedProcesses(near.link.child.mark).length === 0, EOF_MS);
      const left = markedProcesses(near.link.child.mark);
      const named = left.map((pid) => `${pid} (${startTextOf(pid).argv.replaceAll("\0", " ").trim()})`).join(", ");
      demand(left.length === 0, "no process of the link left", `still there: ${named}`);
    },
  },
  {
    id: "PROC-10",
    group,
    title: "the secret stands in no argument and no environment",
    level: "must",
    section: Section.process,
    async run(bench) {
      applies(hasProc(), "the kit cannot look at processes here");
      const { near } = await bench.cross();
      const secret = Buffer.from(near.link.secret);
      const spellings = ["base64", "base64url", "hex", "latin1"] as const;
      const forms = spellings.map((encoding) => secret.toString(encoding).replace(/=+$/, ""));
      for (const pid of markedProcesses(near.link.child.mark)) {
        const { argv, environment } = startTextOf(pid);
        const has = (text: string): boolean => forms.some((form) => text.includes(form));
        const program = argv.split("\0")[0];
        demand(!has(argv), "no secret in arguments", `process ${pid} (${program}) has it in its arguments`);
        demand(!has(environment), "no secret in the environment", `process ${pid} (${program}) has it there`);
      }
    },
  },
  {
    id: "PROC-13",
    group,
    title: "neither the secret nor a token is printed",
    level: "must",
    section: Section.process,
    async run(bench) {
      const { near } = await bench.cross();
      await endByEof(near.link);
      const { hello } = near.link.hello?.message ?? {};
      const secrets = { secret: near.link.secret, token: hello?.token ?? new Uint8Array(0) };
      for (const [name, octets] of Object.entries(secrets)) {
        for (const encoding of ["base64", "hex"] as const) {
          const text = Buffer.from(octets).toString(encoding).replace(/=+$/, "");
          const isPrinted = text !== "" && near.link.child.output.includes(text);
          demand(!isPrinted, `the ${name} to stay unprinted`, `it was printed in ${encoding}`);
        }
      }
    },
  },
];

async function endByEof(link: TestedLink): Promise<void> {
  link.child.closeStdin();
  const exit = await link.untilExit("an end after the end of standard input", EOF_MS);
  demand(exit.code === 0, "exit code 0", `the process ${exitText(exit)}; ${link.said}`);
}
