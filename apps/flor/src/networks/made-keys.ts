import { mkdirSync, rmdirSync, rmSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { createKeyFile } from "@flor/config";
import type { Identity } from "@flor/quic";

/** Keys that a command made, and that go again when it comes to nothing. */
export class MadeKeys {
  readonly #undo: (() => void)[] = [];

  /** @throws the system's error, `EEXIST` of `open` when the file exists */
  make(path: string): Identity {
    const folder = resolve(dirname(path));
    const first = mkdirSync(folder, { recursive: true, mode: 0o700 });
    if (first !== undefined) this.#undo.push(() => removeEmpty(folder, first));
    const identity = createKeyFile(path);
    this.#undo.push(() => rmSync(path, { force: true }));
    return identity;
  }

  /** Removes what was made, folders too, as far as nothing else lies in them. */
  takeBack(): void {
    for (const undo of this.#undo.splice(0).toReversed()) undo();
  }
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
