/** Longer texts from outside are cut: one cell must not push the others off the screen. */
const SHOWN_CHARACTERS_MAX = 120;

// Control, format (which turns the direction of writing) and surrogate characters, line and paragraph separators.
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** Text that a peer, a client or a link may have written, made harmless to a terminal and to the eye. */
export function printable(text: string): string {
  const cut = text.length > SHOWN_CHARACTERS_MAX ? `${text.slice(0, SHOWN_CHARACTERS_MAX - 1)}…` : text;
  return cut.replace(UNPRINTABLE, (character) => `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, "0")}`);
}
