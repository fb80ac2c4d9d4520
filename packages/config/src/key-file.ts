import { createPublicKey, randomFillSync } from "node:crypto";
import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, unlinkSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { shellWord } from "@flor/machine";
import { createIdentity, decodeKeyFile, encodeKeyFile, type Identity } from "@flor/quic";
import { readPrivateFile } from "./private-file.ts";
import { flushNameIfPossible, renameDurably, writeDurably } from "./write-durably.ts";

const SEED_OCTETS = 32;

/** The identity in the key file at `path`, or what is wrong with the file and what to do. */
export function readKeyFile(path: string): { readonly identity: Identity } | { readonly problem: string } {
  const read = readPrivateFile(path);
  if ("problem" in read) {
    return read.missing
      ? { problem: `${read.problem}; make it with: flor keygen ${shellWord(path)}` }
      : { problem: read.problem };
  }
  if (read.text === "")
    return { problem: `${path} is empty, as an interrupted command may leave it: remove it, and repeat the command` };
  const seed = decodeKeyFile(read.text);
  if (seed === undefined) {
    return { problem: `${path} holds no Ed25519 key in PKCS#8 PEM; make one with: flor keygen FILE` };
  }
  return { identity: createIdentity(seed, publicKeyOf(seed)) };
}

/**
 * Makes a key and writes it to a new file of mode 0600; missing folders are made with mode 0700.
 *
 * @throws the system's error, `EEXIST` of `open` when the file exists: nothing is ever overwritten
 */
export function createKeyFile(path: string): Identity {
  const seed = randomFillSync(new Uint8Array(SEED_OCTETS));
  const identity = createIdentity(seed);
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const descriptor = openSync(path, "wx", 0o600);
  try {
    writeSync(descriptor, encodeKeyFile(identity));
    fsyncSync(descriptor);
    flushNameIfPossible(path);
  } catch (error) {
    unlinkSync(path);
    throw error;
  } finally {
    closeSync(descriptor);
  }
  return identity;
}

/**
 * Puts the key of `path.new` into the place of that at `path`, which is kept as `path.old`. Whenever this is interrupted,
 * there is a whole key at `path`, and when another process does the same meanwhile, the key before is in `path.old`.
 *
 * @throws the system's error, `ENOENT` when there is none to put there; the key before is still there then
 */
export function replaceKeyFile(path: string): void {
  const fresh = readFileSync(`${path}.new`);
  const before = readFileSync(path);
  // Another process has moved it since it was read here, and kept the key before.
  if (before.equals(fresh)) return;
  writeDurably(`${path}.old`, before);
  renameDurably(`${path}.new`, path);
}

/** By OpenSSL, which is sixty times faster than JavaScript that runs for the first time. */
function publicKeyOf(seed: Uint8Array): Uint8Array | undefined {
  const { x } = createPublicKey(encodeKeyFile({ seed })).export({ format: "jwk" });
  return x === undefined ? undefined : new Uint8Array(Buffer.from(x, "base64url"));
}
