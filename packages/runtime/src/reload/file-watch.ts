import { statSync } from "node:fs";

/** Looks at the file this often; what is the same twice in a row is written to the end. */
const LOOK_INTERVAL_MS = 500;

/**
 * Reloads when a file becomes another: written in place, renamed into its place by an editor, or swapped behind a
 * symbolic link as a ConfigMap is. It is looked at rather than watched: that is the same on every file system, and
 * survives that its folder is replaced.
 */
export class FileWatch implements Disposable {
  readonly #file: string;
  readonly #reload: () => Promise<boolean>;
  readonly #timer: NodeJS.Timeout;
  #seen: string;
  #handled: string;
  #isBusy = false;

  /** @param reload takes the file as it is now; false: not yet, it is asked again */
  constructor(file: string, reload: () => Promise<boolean>) {
    this.#file = file;
    this.#reload = reload;
    this.#seen = stampOf(file);
    this.#handled = this.#seen;
    this.#timer = setInterval(() => void this.look(), LOOK_INTERVAL_MS);
  }

  /** Looks at the file. */
  async look(): Promise<void> {
    const stamp = stampOf(this.#file);
    const isSettled = stamp === this.#seen;
    this.#seen = stamp;
    if (!isSettled || stamp === this.#handled || this.#isBusy) return;
    this.#isBusy = true;
    try {
      if (await this.#reload()) this.#handled = stamp;
    } finally {
      this.#isBusy = false;
    }
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }
}

/** Another whenever the file is another, or has other contents. */
function stampOf(file: string): string {
  try {
    const { dev, ino, size, mtimeNs, ctimeNs } = statSync(file, { bigint: true });
    return [dev, ino, size, mtimeNs, ctimeNs].join(" ");
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? "unreadable";
  }
}
