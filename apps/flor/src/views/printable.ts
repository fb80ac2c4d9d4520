/** Longer texts from outside are cut: one cell must not push the others off the screen. */
const SHOWN_CHARACTERS_MAX = 120;
/** In a source tree the command to type alone takes a hundred. */
const LINE_CHARACTERS_MAX = 600;

// Control, format (which turns the direction of writing) and surrogate characters, line and paragraph separators.
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** Text that a peer, a client or a link may have written, made harmless to a terminal and to the eye. */
export function printable(text: string): string {
  return harmless(text, SHOWN_CHARACTERS_MAX);
}

/** Likewise, of a text with a line of its own: 600 characters. */
export function printableLine(text: string): string {
  return harmless(text, LINE_CHARACTERS_MAX);
}

function harmless(text: string, charactersMax: number): string {
  const cut = text.length > charactersMax ? `${text.slice(0, charactersMax - 1)}…` : text;
  return cut.replace(UNPRINTABLE, (character) => `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, "0")}`);
}
