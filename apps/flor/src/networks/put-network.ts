/** Puts a network into a configuration: first what is known of it, so that a node that watches the file finds both. */
import { writeFileSync } from "node:fs";
import { type NetworkConfig, parseConfig } from "@flor/config";
import { encodeNetworkId } from "@flor/membership";
import { CommandError, EXIT_USAGE } from "../command-error.ts";

/** A network, and the file that is to name it. */
export interface NetworkPut {
  readonly file: string;
  /** What the file is to say, the network included. */
  readonly text: string;
  /** The network's root key. */
  readonly root: Uint8Array;
  /** Signed records of it that this node begins with; none: they are where they belong. */
  readonly records: readonly Uint8Array[];
  /** Whether the network is there also when the file cannot be written: its text may be put there by hand then. */
  readonly isLasting: boolean;
}

/** @throws CommandError that says what to do; the file is as it was then */
export async function putNetwork({ file, text, root, records, isLasting }: NetworkPut): Promise<void> {
  const parsed = parseConfig(text, file, false);
  if ("issues" in parsed) {
    const [issue] = parsed.issues;
    throw new CommandError(`nothing was written: ${file} would say ${issue?.path ?? ""}: ${issue?.message ?? ""}`, {
      exitCode: EXIT_USAGE,
    });
  }
  const id = encodeNetworkId(root);
  const network = parsed.config.networks.find((one) => one.id === id);
  if (network === undefined) throw new CommandError(`${file} would not name the network ${id}`);
  if (records.length > 0) await keepRecords(network, records);
  try {
    writeFileSync(file, text, { mode: 0o644 });
  } catch (cause) {
    throw new CommandError(`${file} cannot be written: ${(cause as Error).message}`, {
      ...(isLasting ? { advice: `put this there:\n${text}` } : {}),
      cause,
    });
  }
}

async function keepRecords(network: NetworkConfig, records: readonly Uint8Array[]): Promise<void> {
  // The whole network stack: other commands start faster without it.
  const { saveRecords } = await import("@flor/runtime/networks");
  try {
    saveRecords(network, records);
  } catch (cause) {
    throw new CommandError(`what is known of ${network.name} cannot be kept: ${(cause as Error).message}`, { cause });
  }
}
