import { bech32m } from "@scure/base";

const PREFIX = "flornet";
const KEY_OCTETS = 32;

/** The printable id of a network: its root key in bech32m (BIP 350) with the prefix `flornet`. */
export function encodeNetworkId(root: Uint8Array): string {
  return bech32m.encode(PREFIX, bech32m.toWords(root));
}

/** The root key that `text` names, 32 octets, or `undefined` when it is no network's id. */
export function parseNetworkId(text: string): Uint8Array | undefined {
  const decoded = bech32m.decodeUnsafe(text);
  if (decoded === undefined || decoded.prefix !== PREFIX) return undefined;
  const root = bech32m.fromWordsUnsafe(decoded.words);
  return root?.length === KEY_OCTETS ? root : undefined;
}
