import type { Socks5CaseTarget } from "./socks5-dialogue.ts";

/** One behaviour of a SOCKS5 server. */
export interface Socks5Case {
  /** Unique; begins with the numbers of the case list. */
  readonly name: string;
  /** Whether the target has what the case needs. @default always */
  readonly applies?: (target: Socks5CaseTarget) => boolean;
  /** Rejects with what was expected and what came. */
  readonly run: (target: Socks5CaseTarget) => Promise<void>;
}
