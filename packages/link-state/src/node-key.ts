/** Characters of a {@link shortNameOf}. */
const NAME_CHARACTERS = 16;

const HEX: readonly string[] = Array.from({ length: 256 }, (_, octet) => octet.toString(16).padStart(2, "0"));

/** The map key of a node: its public key in hex. */
export function nodeKeyOf(publicKey: Uint8Array): string {
  let hex = "";
  for (let i = 0; i < publicKey.length; i += 1) hex += HEX[publicKey[i] ?? 0];
  return hex;
}

/** The octets of a hexadecimal text. */
export function octetsOfHex(hex: string): Uint8Array {
  const octets = new Uint8Array(hex.length / 2);
  for (let i = 0; i < octets.length; i += 1) octets[i] = Number.parseInt(hex.slice(2 * i, 2 * i + 2), 16);
  return octets;
}

/**
 * The name of an origin in summaries and requests: the first 8 octets of its key, in hex. Two keys that share a name
 * cost their maker 2^32 trials, and then hide only each other.
 */
export function shortNameOf(key: string): string {
  return key.slice(0, NAME_CHARACTERS);
}
