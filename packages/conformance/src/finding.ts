/** What a case found wrong: what the contract wants, and what came instead. */
export class Finding extends Error {
  override readonly name = "Finding";
  readonly expected: string;
  readonly came: string;

  constructor(expected: string, came: string) {
    super(`expected ${expected}; ${came}`);
    this.expected = expected;
    this.came = came;
  }
}

/** The case does not apply to this link; the text says why. */
export class NotApplicable extends Error {
  override readonly name = "NotApplicable";
}

/** Throws a {@link Finding} unless `isSo`. */
export function demand(isSo: boolean, expected: string, came: string): asserts isSo {
  if (!isSo) throw new Finding(expected, came);
}

/** Throws {@link NotApplicable} unless `isSo`: then the case is skipped. */
export function applies(isSo: boolean, reason: string): asserts isSo {
  if (!isSo) throw new NotApplicable(reason);
}
