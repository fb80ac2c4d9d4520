import { mkdirSync, rmdirSync, rmSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { createKeyFile } from "@flor/config";
import type { Identity } from "@flor/quic";
import { CommandError } from "../command-error.ts";
import { fileTrouble } from "../file-trouble.ts";

/** Keys that a command made, and that go again when it comes to nothing. */
export class MadeKeys {
  readonly #undo: (() => void)[] = [];

  /** @param what how people call the key, such as `the root key`. @throws CommandError that names the file */
  make(path: string, what: string): Identity {
    try {
      const folder = resolve(dirname(path));
      const first = mkdirSync(folder, { recursive: true, mode: 0o700 });
      if (first !== undefined) this.#undo.push(() => removeEmpty(folder, first));
      const identity = createKeyFile(path);
      this.#undo.push(() => rmSync(path, { force: true }));
      return identity;
    } catch (cause) {
      throw notMade(path, what, cause as NodeJS.ErrnoException);
    }
  }

  /** Removes what was made, folders too, as far as nothing else lies in them. */
  takeBack(): void {
    for (const undo of this.#undo.splice(0).toReversed()) undo();
  }
}

function notMade(path: string, what: string, cause: NodeJS.ErrnoException): CommandError {
  const { code, syscall, message } = cause;
  if (code === "EEXIST" && syscall === "open")
    return new CommandError(`${path} exists, and keys are never overwritten: name another file for ${what}`, { cause });
  return new CommandError(`${what} cannot be written to ${path}: ${fileTrouble(cause) ?? message}`, {
    ...(code === "ENOSPC" && { advice: "the disk is full: free some space, and repeat the command" }),
    cause,
  });
}

function removeEmpty(folder: string, first: string): void {
  try {
    for (let one = folder; ; one = dirname(one)) {
      rmdirSync(one);
      if (one === first || one === dirname(one)) return;
    }
  } catch {
    // Something else lies there by now.
  }
}
