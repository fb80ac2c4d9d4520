/** Text in octets, one octet a character: what HTTP heads and our answers are made of. */

/** The octets of `text`, whose characters are all below U+0100. */
export function octetsOf(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

/** The text of `octets`, a character for each. */
export function textOf(octets: Uint8Array): string {
  let text = "";
  for (const octet of octets) text += String.fromCharCode(octet);
  return text;
}
