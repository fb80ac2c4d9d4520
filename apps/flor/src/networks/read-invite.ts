/** The line of an invite: from the command line, from standard input, or from the person at the terminal. */
import { decodeInvite, type Invite } from "@flor/membership";
import { CommandError, EXIT_USAGE } from "../command-error.ts";
import type { Terminal } from "../terminal.ts";
import { TYPED_FLOR } from "../typed-flor.ts";

/** In place of the line: it comes on standard input, where no other user of the machine sees it. */
const STDIN = "-";
/** Characters read at most: what is longer has no line in it. */
export const READ_MAX_CHARACTERS = 65_536;

/** Where a line is read from. */
export type LineSource = AsyncIterable<Uint8Array | string> & { readonly isTTY?: boolean };

/**
 * What the invite says.
 *
 * @param words what stands on the command line: a line that messages broke is several
 * @throws CommandError
 */
export async function readInvite(
  words: readonly string[],
  terminal: Pick<Terminal, "writeError">,
  stdin: LineSource = process.stdin,
): Promise<Invite> {
  if (words.length === 1 && words[0] === STDIN) return fromStdin(stdin, terminal);
  if (words.length > 0) return inviteIn(words.join(" "));
  if (stdin.isTTY === true) return fromStdin(stdin, terminal);
  throw new CommandError("the invite is missing", {
    exitCode: EXIT_USAGE,
    advice: `${TYPED_FLOR} join LINE, with the line that flor invite printed, or ${TYPED_FLOR} join - to read it from standard input`,
  });
}

async function fromStdin(stdin: LineSource, { writeError }: Pick<Terminal, "writeError">): Promise<Invite> {
  const isPerson = stdin.isTTY === true;
  if (isPerson) writeError("paste the line that flor invite printed, and press Enter\n");
  let text = "";
  for await (const chunk of stdin) {
    text += typeof chunk === "string" ? chunk : Buffer.from(chunk).toString("utf8");
    const invite = decodeInvite(text);
    if (!("problem" in invite)) return invite;
    if (text.length > READ_MAX_CHARACTERS || (isPerson && /(?:^|\n)\s*\n$/.test(text))) break;
    if (isPerson) writeError("that is no whole invite yet: paste the rest of it, or press Enter to give up\n");
  }
  return inviteIn(text);
}

function inviteIn(text: string): Invite {
  if (text.trim() === "")
    throw new CommandError("the invite is empty", {
      exitCode: EXIT_USAGE,
      advice: "give the line that flor invite printed",
    });
  const invite = decodeInvite(text);
  if ("problem" in invite) throw new CommandError(`this is not an invite: ${invite.problem}`, { exitCode: EXIT_USAGE });
  return invite;
}
