/** Fresh random octets. */
export function randomOctets(randomFill: (octets: Uint8Array) => void, length: number): Uint8Array {
  const octets = new Uint8Array(length);
  randomFill(octets);
  return octets;
}

/** A source of fractions in [0, 1). */
export function randomFraction(randomFill: (octets: Uint8Array) => void): () => number {
  return () => {
    const [a = 0, b = 0] = randomOctets(randomFill, 2);
    return (a * 256 + b) / 65_536;
  };
}
