/**
 * The records of one network on disk, one a line in base64: what a node knows of who belongs to it outlives the node. A
 * flood of changes is written a few times a second at most.
 */
import { readBoundedFile } from "@flor/host/bounded-file";
import type { SignedRecord } from "@flor/membership";
import { writeWhole } from "./write-whole.ts";

/** Pause between two writings. */
export const WRITE_PAUSE_MS = 500;
/** A disk that refuses is tried again after this time. */
const WRITE_AGAIN_MS = 10_000;
/** A larger file is not ours: two bounds of records, the longest, in base64. */
export const FILE_MAX_OCTETS = 16_777_216;

const HEAD = "# Records of a flor network, kept by its node. proto/membership.md has the format.";

/** Options of a {@link RecordsFile}. */
export interface RecordsFileOptions {
  readonly path: string;
  readonly records: () => Iterable<SignedRecord>;
  /** It could not be written; it is tried again. */
  readonly handleFailed: (problem: string) => void;
}

/** See the head of this file. */
export class RecordsFile {
  readonly #options: RecordsFileOptions;
  #timer: NodeJS.Timeout | undefined;
  #isDirty = false;

  constructor(options: RecordsFileOptions) {
    this.#options = options;
  }

  /** The octets of the records that lie there; none when there is no file. @throws when it cannot be read */
  static read(path: string): readonly Uint8Array[] {
    let text: string;
    try {
      text = readBoundedFile(path, FILE_MAX_OCTETS).toString("latin1");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
      throw error;
    }
    const lines = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
    return lines.map((line) => new Uint8Array(Buffer.from(line, "base64")));
  }

  /** What is held changed: written now, or when the last writing is half a second ago. */
  changed(): void {
    this.#isDirty = true;
    if (this.#timer === undefined) this.flush();
  }

  /** Writes what was not written. */
  flush(): void {
    if (!this.#isDirty) return;
    clearTimeout(this.#timer);
    this.#isDirty = false;
    const lines = Array.from(this.#options.records(), ({ octets }) => Buffer.from(octets).toString("base64"));
    try {
      writeWhole(this.#options.path, `${[HEAD, ...lines].join("\n")}\n`);
      this.#wait(WRITE_PAUSE_MS);
    } catch (error) {
      this.#isDirty = true;
      this.#options.handleFailed((error as Error).message);
      this.#wait(WRITE_AGAIN_MS);
    }
  }

  /** Writes no more. */
  close(): void {
    this.flush();
    clearTimeout(this.#timer);
  }

  #wait(ms: number): void {
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.flush();
    }, ms).unref();
  }
}
