import { randomBytes } from "node:crypto";
import { mkdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { LINK_STATE_MAX_OCTETS, readBoundedFile } from "@flor/host/bounded-file";
import { END_NAME_OCTETS } from "./hello.ts";

const FILE = "stream-name";

/** This link's name in hellos: the one in its state folder, or a new one, kept there when there is a folder. */
export async function readEndName(stateDirectory: string | undefined): Promise<Uint8Array> {
  const kept = stateDirectory === undefined ? undefined : readKept(join(stateDirectory, FILE));
  if (kept !== undefined) return kept;
  const name = new Uint8Array(randomBytes(END_NAME_OCTETS));
  if (stateDirectory !== undefined) await keep(stateDirectory, name);
  return name;
}

function readKept(file: string): Uint8Array | undefined {
  try {
    const name = new Uint8Array(Buffer.from(readBoundedFile(file, LINK_STATE_MAX_OCTETS).toString().trim(), "hex"));
    return name.length === END_NAME_OCTETS ? name : undefined;
  } catch {
    return undefined;
  }
}

async function keep(folder: string, name: Uint8Array): Promise<void> {
  const file = join(folder, FILE);
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await writeFile(`${file}.new`, `${Buffer.from(name).toString("hex")}\n`, { mode: 0o600 });
    await rename(`${file}.new`, file);
  } catch {
    // Read-only or full: the next run has another name.
  }
}
