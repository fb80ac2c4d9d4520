/** System calls that fail as a test wants, in a process of its own that runs on meanwhile. */
import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from "node:fs";
import { constants, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { run } from "../namespace.ts";
import { requireTools } from "../required-tools.ts";

const SOURCE = fileURLToPath(new URL("failing-calls.c", import.meta.url));

/** `struct wish` of the source. */
const FUNCTION_OCTETS = 24;
const PATH_OCTETS = 64;
const offset = { path: 24, error: 88, skip: 92, times: 96, failed: 100 } as const;
const WISH_OCTETS = 104;

/** What is to fail. */
export interface Wish {
  /** A function of the C library, as its source names it. */
  readonly call: string;
  /** Only for paths that contain this, where the call takes one or reads or writes an open file: 63 octets at most. @default any */
  readonly path?: string;
  /** Such as `EMFILE`. */
  readonly error: keyof typeof constants.errno;
  /** Calls that succeed first. @default 0 */
  readonly skip?: number;
  /** Calls that fail then. @default all, until `stop` */
  readonly times?: number;
}

/** The calls of one process, and of those of its children that inherit its environment. Dispose it (`using`). */
export class FailingCalls implements Disposable {
  /** What the process must be started with. */
  readonly environment: Readonly<Record<string, string>>;
  readonly #library: string;
  readonly #folder: string;
  readonly #file: number;

  private constructor(folder: string, library: string) {
    const path = join(folder, "wish");
    this.#library = library;
    this.#folder = folder;
    this.#file = openSync(path, "w+");
    writeSync(this.#file, new Uint8Array(WISH_OCTETS));
    this.environment = { LD_PRELOAD: library, FLOR_FAILING_CALLS: path };
  }

  /** Builds the library, with gcc. */
  static async create(): Promise<FailingCalls> {
    requireTools(["gcc"]);
    const folder = mkdtempSync(join(tmpdir(), "flor-failing-"));
    const library = join(folder, "failing-calls.so");
    await run("gcc", ["-shared", "-fPIC", "-O1", "-w", "-o", library, SOURCE]);
    return new FailingCalls(folder, library);
  }

  /** Those of another process, with the same library: dispose it before this one. */
  another(): FailingCalls {
    return new FailingCalls(mkdtempSync(join(tmpdir(), "flor-failing-")), this.#library);
  }

  /** From now on these calls fail. */
  start({ call, path = "", error, skip = 0, times = 0x7fffffff }: Wish): void {
    this.stop();
    const wish = Buffer.alloc(WISH_OCTETS);
    wish.write(call, 0, FUNCTION_OCTETS - 1, "latin1");
    wish.write(path, offset.path, PATH_OCTETS - 1);
    wish.writeInt32LE(constants.errno[error], offset.error);
    wish.writeInt32LE(skip, offset.skip);
    writeSync(this.#file, wish, 0, WISH_OCTETS, 0);
    this.#set(offset.times, times);
  }

  /** All calls succeed again; returns how many failed. */
  stop(): number {
    this.#set(offset.times, 0);
    return this.failed;
  }

  /** How many failed since `start`. */
  get failed(): number {
    return this.#get(offset.failed);
  }

  /** Of the calls that succeed first, how many are yet to come. */
  get toSkip(): number {
    return Math.max(0, this.#get(offset.skip));
  }

  [Symbol.dispose](): void {
    closeSync(this.#file);
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #get(at: number): number {
    const octets = Buffer.alloc(4);
    readSync(this.#file, octets, 0, 4, at);
    return octets.readInt32LE();
  }

  #set(at: number, value: number): void {
    const octets = Buffer.alloc(4);
    octets.writeInt32LE(value);
    writeSync(this.#file, octets, 0, 4, at);
  }
}
