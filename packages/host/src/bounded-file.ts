import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";

/** A certificate, a key, or what a machine trusts: all authorities of one are a quarter of this. */
export const PEM_MAX_OCTETS = 1_048_576;
/** What a link keeps for its next run is one line; a larger file is not its own. */
export const LINK_STATE_MAX_OCTETS = 1024;

/** A named pipe is opened without waiting for its writer, and then refused; Windows has no such flag. */
const WITHOUT_WAITING = constants.O_RDONLY | ((constants.O_NONBLOCK as number | undefined) ?? 0);

/** What is there is larger than it may be, or no file; the message names it. */
export class UnfitFileError extends Error {}

/**
 * Reads a file of at most `maxOctets`, and not an octet of a larger one, whatever its size is said to be.
 *
 * @throws the system's error, with its code, or {@link UnfitFileError}, without one
 */
export function readBoundedFile(path: string, maxOctets: number): Buffer {
  const descriptor = openSync(path, WITHOUT_WAITING);
  try {
    const status = fstatSync(descriptor);
    if (!status.isFile()) throw new UnfitFileError(`${path} is not a file`);
    if (status.size > maxOctets) throw tooLarge(path, maxOctets);
    return readTo(descriptor, path, { size: status.size, maxOctets });
  } finally {
    closeSync(descriptor);
  }
}

/** A file may grow meanwhile, and those of the kernel have no size. */
function readTo(
  descriptor: number,
  path: string,
  { size, maxOctets }: { readonly size: number; readonly maxOctets: number },
): Buffer {
  let octets = Buffer.alloc(size + 1);
  for (let length = 0; ;) {
    const read = readSync(descriptor, octets, length, octets.length - length, null);
    if (read === 0) return octets.subarray(0, length);
    length += read;
    if (length > maxOctets) throw tooLarge(path, maxOctets);
    if (length === octets.length) octets = Buffer.concat([octets], Math.min(2 * length, maxOctets) + 1);
  }
}

function tooLarge(path: string, maxOctets: number): Error {
  return new UnfitFileError(`${path} is larger than ${maxOctets} octets: is it the right file?`);
}
