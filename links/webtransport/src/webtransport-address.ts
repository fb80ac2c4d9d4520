/** Where a neighbour is. */
export interface WebtransportAddress {
  readonly host: string;
  readonly port: number;
  /** For the library, without a fragment. */
  readonly url: string;
  /** SHA-256 of the certificate that it must show, 32 octets; `undefined`: see `certificateToPin`. */
  readonly certificateHash: Uint8Array | undefined;
}

const HTTPS_PORT = 443;
const FRAGMENT = /^#sha256=([0-9a-f]{64})$/i;

/** Reads `https://HOST[:PORT]/PATH`, with `#sha256=HEX` behind it or not; `undefined` for all else. */
export function parseWebtransportAddress(text: string): WebtransportAddress | undefined {
  if (!URL.canParse(text)) return undefined;
  const { protocol, hostname, port, pathname, search, hash, username, password } = new URL(text);
  const hex = FRAGMENT.exec(hash)?.[1];
  const isPlain = protocol === "https:" && username === "" && password === "" && (hash === "" || hex !== undefined);
  if (!isPlain) return undefined;
  const number = port === "" ? HTTPS_PORT : Number(port);
  return {
    host: hostname.replaceAll(/[[\]]/g, ""),
    port: number,
    url: `https://${hostname}:${number}${pathname}${search}`,
    certificateHash: hex === undefined ? undefined : new Uint8Array(Buffer.from(hex, "hex")),
  };
}
