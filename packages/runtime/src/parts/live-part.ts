import type { Config } from "@flor/config";

/** What of a node follows one key of its configuration while the node runs. */
export interface LivePart {
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
  try {
    for (const part of parts) ready.push(await part.prepare(wanted));
  } catch (error) {
    for (const preparation of ready.toReversed()) await preparation.abandon();
    throw error;
  }
  await Promise.all(ready.map((preparation) => preparation.commit()));
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
