/**
 * Who may do what: one decision for the data path and for `flor policy explain`. `deny` wins, then the first `allow`
 * that fits; without one the answer is no.
 */
import type { Target } from "@flor/wire";
import {
  EgressPolicy,
  type EgressRule,
  type EgressRules,
  type OwnEndpoints,
  type RefusedReason,
} from "./egress-policy.ts";
import { admitsWho, includesWho, type Who, type WhoPattern } from "./who-pattern.ts";

/** A destination that is asked for. */
export interface Asked {
  readonly target: Target;
  readonly port: number;
  /** One address of a name, 4 or 16 octets; absent while none is known. */
  readonly resolved?: Uint8Array;
  /** What belongs to this machine. @default nothing but loopback */
  readonly own?: OwnEndpoints;
}

/** Who may use a service. */
export interface ServiceRules {
  readonly allow: readonly WhoPattern[];
  readonly deny: readonly WhoPattern[];
}

/** The answer, and the rule that gave it, as written; `undefined`: none did. */
export type Decision =
  | { readonly allowed: true; readonly rule: string | undefined }
  | {
      readonly allowed: false;
      readonly refused: RefusedReason;
      readonly rule: string | undefined;
      /** The port alone stands in the way. */
      readonly isForPort?: true;
    };

/** Decides about a destination. The data path asks the same {@link EgressPolicy}, which it keeps for each who. */
export function decide(rules: EgressRules, who: Who, asked: Asked): Decision {
  const policy = new EgressPolicy(rules).for(who);
  const { target, port, resolved, own } = asked;
  if (own !== undefined) policy.setOwn(own);
  const verdict = resolved === undefined ? policy.judgeTarget(target, port) : policy.judge(target, resolved, port);
  return { ...verdict, rule: verdict.rule && ruleText(verdict.rule) };
}

/** A rule as somebody may have written it. */
export function ruleText({ from, text }: EgressRule): string {
  return from === undefined ? text : `from ${from.map((who) => who.text).join(", ")} to ${text}`;
}

/** Decides about a service. */
export function decideService({ allow, deny }: ServiceRules, who: Who): Decision {
  const denied = deny.find((pattern) => includesWho([pattern], who));
  if (denied !== undefined) return { allowed: false, refused: "denied-by-rule", rule: denied.text };
  const allowed = allow.find((pattern) => admitsWho([pattern], who));
  return allowed === undefined
    ? { allowed: false, refused: "no-rule", rule: undefined }
    : { allowed: true, rule: allowed.text };
}
