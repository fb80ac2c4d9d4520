/** Encodes text as UTF-8 (RFC 3629); a lone surrogate becomes U+FFFD. The core has no TextEncoder. */
export function encodeUtf8(text: string): Uint8Array {
  const octets: number[] = [];
  for (const character of text.toWellFormed()) appendCodePoint(octets, character.codePointAt(0) ?? 0);
  return Uint8Array.from(octets);
}

function appendCodePoint(octets: number[], point: number): void {
  if (point < 0x80) {
    octets.push(point);
    return;
  }
  const continuations = point < 0x800 ? 1 : point < 0x10000 ? 2 : 3;
  const lead = (0xff80 >> continuations) & 0xff;
  octets.push(lead | (point >> (6 * continuations)));
  for (let left = continuations - 1; left >= 0; left--) octets.push(0x80 | ((point >> (6 * left)) & 0x3f));
}
