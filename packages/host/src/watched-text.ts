import { readFile, stat } from "node:fs/promises";

/** The file is looked at again when it was last looked at this long ago. */
const CHECK_INTERVAL_MS = 2000;
/** What the system says of a file that is not there for this program. */
const ABSENT: readonly (string | undefined)[] = ["ENOENT", "ENOTDIR", "EACCES", "EPERM", "ELOOP", "EISDIR"];

/** What a small file of the system says, read again when it changed. */
export class WatchedText<Value> {
  readonly #path: string;
  readonly #maxOctets: number;
  readonly #parse: (text: string) => Value;
  #value: Value;
  #version = "";
  #checkedAt = Number.NEGATIVE_INFINITY;

  /**
   * @param maxOctets a larger file is not read
   * @param parse takes any text; also "" for a file that is not there or cannot be read
   */
  constructor(path: string, maxOctets: number, parse: (text: string) => Value) {
    this.#path = path;
    this.#maxOctets = maxOctets;
    this.#parse = parse;
    this.#value = parse("");
  }

  /** What the file says at `now`, at most two seconds old. Never rejects. */
  async at(now: number): Promise<Value> {
    if (now - this.#checkedAt >= CHECK_INTERVAL_MS) {
      this.#checkedAt = now;
      await this.#refresh();
    }
    return this.#value;
  }

  async #refresh(): Promise<void> {
    try {
      const { mtimeMs, size, ino } = await stat(this.#path);
      const version = `${mtimeMs} ${size} ${ino}`;
      if (version === this.#version || size > this.#maxOctets) return;
      this.#value = this.#parse(await readFile(this.#path, "utf8"));
      this.#version = version;
    } catch (error) {
      if (!ABSENT.includes((error as NodeJS.ErrnoException).code)) {
        // No descriptor or memory for a moment: what the file said holds, and it is read when somebody asks again.
        this.#checkedAt = Number.NEGATIVE_INFINITY;
        return;
      }
      // No file, nothing in it: a container may have none.
      this.#value = this.#parse("");
      this.#version = "";
    }
  }
}
