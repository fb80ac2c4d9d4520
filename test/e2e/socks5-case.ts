import type { Socks5CaseTarget } from "./socks5-dialogue.ts";

/** What a server, or what is around it, must have for some cases; "everybody" is a listener without users. */
export type Socks5Feature = "users" | "everybody" | "ipv6" | "name" | "unknown name" | "forbidden" | "deadline";

/** One behaviour of a SOCKS5 server. */
export interface Socks5Case {
  /** Unique; begins with the numbers of the case list. */
  readonly name: string;
  /** @default nothing */
  readonly needs?: Socks5Feature;
  /** Rejects with what was expected and what came. */
  readonly run: (target: Socks5CaseTarget) => Promise<void>;
}
