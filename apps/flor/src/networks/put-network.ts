/** Puts a network into a configuration: first what is known of it, so that a node that watches the file finds both. */
import { accessSync, constants, existsSync, rmSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { type NetworkConfig, parseConfig, replaceText } from "@flor/config";
import { encodeNetworkId } from "@flor/membership";
import { CommandError, EXIT_USAGE } from "../command-error.ts";
import { fileTrouble } from "../file-trouble.ts";

/** A network, and the file that is to name it. */
export interface NetworkPut {
  readonly file: string;
  /** What the file is to say, the network included. */
  readonly text: string;
  /** The network's root key. */
  readonly root: Uint8Array;
  /** Signed records of it that this node begins with; none: they are where they belong. */
  readonly records: readonly Uint8Array[];
  /** Whether the network is there also when a file cannot be written, and what to do then. */
  readonly isLasting: boolean;
}

/**
 * Whether {@link putNetwork} would do it, as far as that can be known before: nothing is written.
 *
 * @throws CommandError that says why not
 */
export function checkNetworkPut({ file, text, root }: Omit<NetworkPut, "records" | "isLasting">): void {
  const network = networkIn({ file, text, root });
  demandWritable(file);
  demandWritable(network.recordsFile);
}

/** @throws CommandError that says what to do; the file is as it was then */
export async function putNetwork({ file, text, root, records, isLasting }: NetworkPut): Promise<void> {
  const network = networkIn({ file, text, root });
  const hadRecords = existsSync(network.recordsFile);
  if (records.length > 0) await keepRecords(network, records, isLasting);
  try {
    replaceText(file, text);
  } catch (cause) {
    if (!isLasting && !hadRecords) rmSync(network.recordsFile, { force: true });
    throw notWritten(
      file,
      cause as Error,
      isLasting ? `this machine is a member; ${AGAIN}, or put this there:\n${text}` : undefined,
    );
  }
}

const AGAIN = "mend that, and repeat the command with the same line";

function networkIn({ file, text, root }: Pick<NetworkPut, "file" | "text" | "root">): NetworkConfig {
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
  return network;
}

async function keepRecords(network: NetworkConfig, records: readonly Uint8Array[], isLasting: boolean): Promise<void> {
  // The whole network stack: other commands start faster without it.
  const { saveRecords } = await import("@flor/runtime/networks");
  try {
    saveRecords(network, records);
  } catch (cause) {
    const message = `what is known of ${network.name} cannot be kept: ${(cause as Error).message}`;
    throw new CommandError(message, { ...(isLasting && { advice: `this machine is a member; ${AGAIN}` }), cause });
  }
}

/** A file that is there, or the folder that is to hold it. */
function demandWritable(file: string): void {
  let place = resolve(file);
  while (!existsSync(place) && place !== dirname(place)) place = dirname(place);
  try {
    accessSync(place, constants.W_OK);
  } catch (cause) {
    throw notWritten(file, cause as Error, undefined);
  }
}

function notWritten(file: string, cause: Error, advice: string | undefined): CommandError {
  const reason = leftText(cause) ?? fileTrouble(cause) ?? cause.message;
  return new CommandError(`${file} cannot be written: ${reason}`, { ...(advice !== undefined && { advice }), cause });
}

/** What is written beside the file, before it takes its place, lies there already. */
function leftText({ code, path, syscall }: NodeJS.ErrnoException): string | undefined {
  if (code !== "EEXIST" || syscall !== "open" || path === undefined) return undefined;
  return `${path} is in the way, which an interrupted command leaves: if no other command runs, move it away, and repeat this one`;
}
