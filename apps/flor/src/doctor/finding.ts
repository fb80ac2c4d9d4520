/** One line of `flor doctor`. */
export interface Finding {
  readonly about: string;
  /** `good`; `look`: it may be as it should; `wrong`: it cannot work so. */
  readonly state: "good" | "look" | "wrong";
  readonly seen: string;
  /** What to do next; absent: nothing. */
  readonly advice?: string;
}
