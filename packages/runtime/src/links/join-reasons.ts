/** Everything that is wrong with a link, in words; `undefined`: nothing. No reason hides another. */
export function joinReasons(...reasons: readonly (string | undefined)[]): string | undefined {
  const held = reasons.filter((reason) => reason !== undefined);
  return held.length > 0 ? held.join("; ") : undefined;
}
