import { bech32m } from "@scure/base";
import { ed25519 } from "@noble/curves/ed25519.js";

// The key itself, not its hash: the ends derive their admission key from it before they ever met (docs/adr/0001).
const PREFIX = "flor";
const SEPARATOR = `${PREFIX}1`;
const KEY_OCTETS = 32;
/** `flor1`, 52 characters of key, 6 of checksum. */
const ID_CHARACTERS = 63;
const CHARACTERS = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";

/** The printable id of a node: its Ed25519 public key in bech32m (BIP 350) with the prefix `flor`, 63 characters. */
export function encodeNodeId(publicKey: Uint8Array): string {
  return bech32m.encode(PREFIX, bech32m.toWords(publicKey));
}

/** The public key that `text` names, 32 octets, or `undefined` when it is not a node id. */
export function parseNodeId(text: string): Uint8Array | undefined {
  if (text.length !== ID_CHARACTERS) return undefined;
  const decoded = bech32m.decodeUnsafe(text);
  if (decoded === undefined || decoded.prefix !== PREFIX) return undefined;
  const publicKey = bech32m.fromWordsUnsafe(decoded.words);
  return publicKey !== undefined && publicKey.length === KEY_OCTETS && isPublicKey(publicKey) ? publicKey : undefined;
}

/** What is wrong with `text` as a node id, said to the person who wrote it, or `undefined` when nothing is. */
export function explainNodeId(text: string): string | undefined {
  const id = text.toLowerCase();
  if (!id.startsWith(SEPARATOR)) return `a node id begins with "${SEPARATOR}"`;
  if (id.length !== ID_CHARACTERS) return `a node id has ${ID_CHARACTERS} characters, this one has ${text.length}`;
  for (let at = SEPARATOR.length; at < id.length; at += 1) {
    if (!CHARACTERS.includes(id.charAt(at))) return `character ${at + 1} cannot stand in a node id: copy it again`;
  }
  if (text !== id && text !== text.toUpperCase()) return "a node id mixes no upper and lower case: copy it again";
  if (bech32m.decodeUnsafe(text) === undefined) return "its checksum does not match: a character is mistyped";
  return parseNodeId(text) === undefined ? "it is spelled correctly but names no Ed25519 key" : undefined;
}

// Small-order points would make the admission key public: anybody could speak for such a "node".
function isPublicKey(octets: Uint8Array): boolean {
  try {
    return !ed25519.Point.fromBytes(octets, false).isSmallOrder();
  } catch {
    return false;
  }
}
