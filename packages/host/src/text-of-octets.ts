/** The text of a file that a person wrote, or what is wrong with it and what to do. */
export type TextOfOctets = { readonly text: string } | { readonly problem: string };

const decoder = new TextDecoder("utf-8", { fatal: true });

/**
 * Reads UTF-8, with or without the byte order mark that some editors put first. What is not UTF-8 is refused rather
 * than read with replacement characters: a password would silently be another one.
 */
export function textOfOctets(octets: Uint8Array): TextOfOctets {
  if (isUtf16(octets)) return { problem: "is encoded as UTF-16; save it as UTF-8" };
  const zero = octets.indexOf(0);
  if (zero !== -1)
    return { problem: `holds an octet of zero, at ${zero}: it is no text, or was damaged; write it again` };
  try {
    return { text: decoder.decode(octets) };
  } catch {
    return { problem: "is not UTF-8; save it as UTF-8" };
  }
}

/** By its byte order mark, or by zeros where ASCII would have letters. */
function isUtf16(octets: Uint8Array): boolean {
  const [first, second] = octets;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) return true;
  return octets.length > 1 && (first === 0) !== (second === 0);
}
