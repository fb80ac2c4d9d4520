/** Puts a network into a configuration: first what is known of it, so that a node that watches the file finds both. */
import { writeFileSync } from "node:fs";
import { parseConfig } from "@flor/config";
import { encodeNetworkId } from "@flor/membership";
import { CommandError, EXIT_USAGE } from "../command-error.ts";

/** A network, and the file that is to name it. */
export interface NetworkPut {
  readonly file: string;
  /** What the file is to say, the network included. */
  readonly text: string;
  /** The network's root key. */
  readonly root: Uint8Array;
  /** Signed records of it that this node begins with. */
  readonly records: readonly Uint8Array[];
}

/** @throws CommandError that says what to do; the file is as it was then */
export async function putNetwork({ file, text, root, records }: NetworkPut): Promise<void> {
  const parsed = parseConfig(text, file, false);
  const [issue] = "issues" in parsed ? parsed.issues : [];
  if (issue !== undefined || "issues" in parsed)
    throw new CommandError(`nothing was written: ${file} would say ${issue?.path ?? ""}: ${issue?.message ?? ""}`, {
      exitCode: EXIT_USAGE,
    });
  const id = encodeNetworkId(root);
  const network = parsed.config.networks.find((one) => one.id === id);
  if (network === undefined) throw new CommandError(`${file} would not name the network ${id}`);
  // The whole network stack: other commands start faster without it.
  const { saveRecords } = await import("@flor/runtime/networks");
  try {
    saveRecords(network, records);
  } catch (cause) {
    throw new CommandError(`what is known of ${network.name} cannot be kept: ${(cause as Error).message}`, { cause });
  }
  try {
    writeFileSync(file, text, { mode: 0o644 });
  } catch (cause) {
    throw new CommandError(`${file} cannot be written: ${(cause as Error).message}`, {
      advice: `put this there:\n${text}`,
      cause,
    });
  }
}
