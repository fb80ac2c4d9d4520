const PLAIN = /^[\w@%+=:,./~-]+$/;

/** `text` as one word of a POSIX shell, for commands that people are to copy: quoted where it must be. */
export function shellWord(text: string): string {
  return PLAIN.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
