/**
 * The CONNECT cases of RFC 1928 and RFC 1929, as a client and a target see them from outside. They drive any SOCKS5
 * server. The suite starts the targets itself (`Stage`); cases run one after the other, since they share it.
 */
import { authenticationCases } from "./socks5-authentication-cases.ts";
import type { Socks5CaseTarget } from "./socks5-dialogue.ts";
import { hostileCases } from "./socks5-hostile-cases.ts";
import { negotiationCases } from "./socks5-negotiation-cases.ts";
import { relayCases } from "./socks5-relay-cases.ts";
import { replyCases } from "./socks5-reply-cases.ts";
import { requestCases } from "./socks5-request-cases.ts";
import type { Socks5Case, Socks5Feature } from "./socks5-case.ts";

export type { Socks5Case, Socks5Feature } from "./socks5-case.ts";
export type { Socks5CaseTarget } from "./socks5-dialogue.ts";
export { Stage } from "./stage.ts";

/** All cases, in the order of the list. */
export const socks5Cases: readonly Socks5Case[] = [
  ...negotiationCases,
  ...authenticationCases,
  ...requestCases,
  ...replyCases,
  ...relayCases,
  ...hostileCases,
];

/** The cases for a server with these features. */
export function casesFor(features: readonly Socks5Feature[]): readonly Socks5Case[] {
  return socks5Cases.filter(({ needs }) => needs === undefined || features.includes(needs));
}

/** Runs one case with a cleared stage, and leaves no connection of it behind. */
export async function runSocks5Case(socks5Case: Socks5Case, target: Socks5CaseTarget): Promise<void> {
  target.stage.clear();
  try {
    await socks5Case.run(target);
  } finally {
    target.stage.clear();
  }
}
