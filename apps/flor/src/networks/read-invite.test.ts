import { encodeInvite } from "@flor/membership";
import { expect, test } from "vitest";
import { type LineSource, READ_MAX_CHARACTERS, readInvite } from "./read-invite.ts";
import { sampleInvite } from "./sample-invite.testing.ts";

const line = encodeInvite(sampleInvite);

/** Standard input that brings these texts; `isOpen`: it does not end. */
function stdinOf(texts: readonly string[], { isTTY = false, isOpen = false } = {}): LineSource {
  const read = async function* (): AsyncGenerator<string> {
    yield* texts;
    if (isOpen) await new Promise(() => {});
  };
  return { [Symbol.asyncIterator]: read, isTTY };
}

async function read(words: readonly string[], stdin = stdinOf([])): Promise<{ name?: string; said: string }> {
  let said = "";
  try {
    const { name } = await readInvite(words, { writeError: (text) => void (said += text) }, stdin);
    return { name, said };
  } catch (error) {
    return { said: `${said}${(error as Error).message}` };
  }
}

test("an invite is read from one word or several", async () => {
  for (const words of [[line], [line.slice(0, 70), line.slice(70)], ["flor", "join", line]])
    expect(await read(words)).toEqual({ name: "laptop", said: "" });
});

test("an invite comes by standard input, which need not end behind it", async () => {
  expect(await read(["-"], stdinOf([`${line}\n`]))).toEqual({ name: "laptop", said: "" });
  const pieces = [`${line.slice(0, 70)}\n`, `> ${line.slice(70)}\n`];
  expect(await read(["-"], stdinOf(pieces, { isOpen: true }))).toMatchObject({ name: "laptop" });
});

test("a person is asked for the line, and for the rest of one that is not whole, until an empty line", async () => {
  const pieces = [`${line.slice(0, 70)}\n`, `${line.slice(70)}\n`];
  const asked = await read([], stdinOf(pieces, { isTTY: true, isOpen: true }));
  expect(asked).toMatchObject({ name: "laptop", said: expect.stringMatching(/^paste the line.*\nthat is no whole/) });
  const given = await read([], stdinOf(["hello\n", "\n"], { isTTY: true, isOpen: true }));
  expect(given.said).toMatch(/this is not an invite: an invite begins with/);
  expect((await read([], stdinOf(["\n"], { isTTY: true, isOpen: true }))).said).toMatch(/the invite is empty$/);
});

test("nobody is waited for where there is no person, nor anything in the line", async () => {
  expect((await read([], stdinOf([], { isOpen: true }))).said).toBe("the invite is missing");
  expect((await read([""])).said).toBe("the invite is empty");
  expect((await read(["-"])).said).toBe("the invite is empty");
  const much = stdinOf([`${" ".repeat(READ_MAX_CHARACTERS)}x`], { isOpen: true });
  expect((await read(["-"], much)).said).toContain("not an invite");
});
