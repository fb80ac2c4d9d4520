import type { Config } from "@flor/config";

/** What of a node follows one key of its configuration while the node runs. */
export interface LivePart {
  /**
   * Stops the listeners that are not wanted any more and in the way of one that is, of whichever part. Called for all parts
   * before the first is prepared.
   *
   * @returns what opens them again; rejects when that cannot be, and says why
   */
  makeRoom?(wanted: Config): Promise<() => Promise<void>>;
  /**
   * Gets ready what may fail, e.g. listens where it will be listened; nothing that runs is touched.
   *
   * @throws Error that says what to do
   */
  prepare(wanted: Config): Promise<Preparation>;
}

/** A part that is ready to change. One of the two is called, once. */
export interface Preparation {
  /** Takes it into use, before it returns; what takes longer, as a link's farewell, is awaited. */
  commit(): Promise<void>;
  /** Another part cannot be had: gives up what was made ready. */
  abandon(): Promise<void>;
}

/** The keys of a configuration that a running node follows: one that is added to `Config` needs its part. */
export type LiveKey = Exclude<keyof Config, "file" | "text" | "keyFile" | "identity" | "name">;

/** Brings all parts to a configuration, or none. */
export async function applyTo(parts: readonly LivePart[], wanted: Config): Promise<void> {
  const ready: Preparation[] = [];
  const undo: (() => Promise<void>)[] = [];
  try {
    for (const part of parts) if (part.makeRoom !== undefined) undo.push(await part.makeRoom(wanted));
    for (const part of parts) {
      const preparation = await part.prepare(wanted);
      ready.push(preparation);
      undo.push(() => preparation.abandon());
    }
  } catch (error) {
    let failure = error;
    for (const step of undo.toReversed()) failure = await withFailure(failure, step);
    throw failure;
  }
  await Promise.all(ready.map((preparation) => preparation.commit()));
}

/** Gives up what was made ready since `error` came: that, and what went wrong with giving up beside it. */
export async function withFailure(error: unknown, abandon: () => Promise<void>): Promise<unknown> {
  try {
    await abandon();
    return error;
  } catch (second) {
    return new Error(`${textOf(error)}; moreover, ${textOf(second)}`, { cause: error });
  }
}

/** What an error says. */
export function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** A part that has nothing to get ready. @param check throws when `commit` would */
export function atOnce(commit: (wanted: Config) => void, check: (wanted: Config) => void = () => {}): LivePart {
  return {
    async prepare(wanted) {
      check(wanted);
      return { commit: async () => commit(wanted), abandon: async () => {} };
    },
  };
}
