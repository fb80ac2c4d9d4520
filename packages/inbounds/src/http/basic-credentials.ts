import type { Credentials } from "../socks5/credentials.ts";

const BASIC = /^basic +([A-Za-z0-9+/]+)={0,2} *$/i;
const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const COLON = 0x3a;

/** Name and password of a Proxy-Authorization value (RFC 7617); `undefined` when it is malformed or of another scheme. */
export function parseBasicCredentials(value: string): Credentials | undefined {
  const [, encoded] = BASIC.exec(value) ?? [];
  const octets = encoded === undefined ? undefined : decodeBase64(encoded);
  const at = octets?.indexOf(COLON) ?? -1;
  if (octets === undefined || at < 0) return undefined;
  const [name, password] = [octets.subarray(0, at), octets.subarray(at + 1)];
  return name.length > 255 || password.length > 255 ? undefined : { name, password };
}

/** RFC 4648 section 4, without padding. The core has no `atob`. */
function decodeBase64(text: string): Uint8Array | undefined {
  if (text.length % 4 === 1) return undefined;
  const octets = new Uint8Array(Math.floor((text.length * 3) / 4));
  let [bits, held, at] = [0, 0, 0];
  for (const character of text) {
    held = (held << 6) | ALPHABET.indexOf(character);
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    octets[at++] = (held >> bits) & 0xff;
  }
  return octets;
}
