/**
 * Patterns of who asks, in `from` of a rule and in `allow` of a service:
 *
 *     *            everybody
 *     role:dev     every member with that role
 *     member:anna  that node, a listed peer or a member; anna is the same
 *     user:alice   that user, at whatever node
 *     alice@anna   that user at that node
 */

/** Who asks: a node, and the user there where the inbound asked for one. */
export interface Who {
  /** The node's name here. */
  readonly node: string;
  /** Roles of its membership; none: a listed peer without one. */
  readonly roles: readonly string[];
  /** As its node says; `undefined`: nobody in particular. */
  readonly user?: string | undefined;
}

/** A parsed pattern. */
export type WhoPattern =
  | { readonly kind: "anybody"; readonly text: string }
  | { readonly kind: "role"; readonly text: string; readonly role: string }
  /** `undefined`: any. */
  | {
      readonly kind: "who";
      readonly text: string;
      readonly node: string | undefined;
      readonly user: string | undefined;
    };

const NAME = /^[A-Za-z0-9][A-Za-z0-9._~-]{0,127}$/;
const ALLOWED = '"*", role:NAME, member:NAME or the name alone, user:NAME, USER@NODE';

/** Parses one pattern; the error says what is wrong and what is allowed. */
export function parseWhoPattern(text: string): WhoPattern | { readonly error: string } {
  if (text === "*") return { kind: "anybody", text };
  const colon = text.indexOf(":");
  const [prefix, rest] = colon < 0 ? ["member", text] : [text.slice(0, colon), text.slice(colon + 1)];
  if (colon < 0 && text.includes("@")) return parseUserAtNode(text);
  if (!NAME.test(rest)) return { error: `"${text}" says nobody; allowed: ${ALLOWED}` };
  if (prefix === "role") return { kind: "role", text, role: rest };
  if (prefix === "member") return { kind: "who", text, node: rest, user: undefined };
  if (prefix === "user") return { kind: "who", text, node: undefined, user: rest };
  return { error: `"${text}" names nobody: "${prefix}" is not role, member or user; allowed: ${ALLOWED}` };
}

/** Whether one of the patterns means who asks; no patterns: everybody is meant. */
export function includesWho(patterns: readonly WhoPattern[] | undefined, who: Who): boolean {
  return patterns === undefined || patterns.some((pattern) => means(pattern, who));
}

function parseUserAtNode(text: string): WhoPattern | { readonly error: string } {
  // A user's name may bear an @ itself.
  const at = text.lastIndexOf("@");
  const [user, node] = [text.slice(0, at), text.slice(at + 1)];
  if (user === "" || !NAME.test(node)) return { error: `"${text}" is not a user at a node; allowed: ${ALLOWED}` };
  return { kind: "who", text, node, user };
}

function means(pattern: WhoPattern, { node, roles, user }: Who): boolean {
  if (pattern.kind === "anybody") return true;
  if (pattern.kind === "role") return roles.includes(pattern.role);
  return (pattern.node ?? node) === node && (pattern.user === undefined || pattern.user === user);
}
