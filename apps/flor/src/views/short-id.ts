const SHOWN_CHARACTERS = 12;

/** The beginning of an id, enough to tell nodes apart: lines stay in 80 columns. `--json` and `flor id` have all of it. */
export function shortId(id: string): string {
  return id.length <= SHOWN_CHARACTERS ? id : `${id.slice(0, SHOWN_CHARACTERS - 1)}…`;
}
