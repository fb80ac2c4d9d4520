/**
 * Patterns of who asks, in `from` of a rule and in `allow` of a service:
 *
 *     *             everybody
 *     role:dev      every member with that role
 *     member:anna   that node, a listed peer or a member; anna is the same
 *     user:alice    that user, at whatever node
 *     alice@anna    that user at that node
 *     network:work  every host of that network of others
 *
 * A host of a network of others, such as `bob.work`, is let in only where a rule names it or its network.
 */

/** Who asks: a node, and the user there where the inbound asked for one. */
export interface Who {
  /** The node's name here. */
  readonly node: string;
  /** Roles of its membership; none: a listed peer without one. */
  readonly roles: readonly string[];
  /** As its node says; `undefined`: nobody in particular. */
  readonly user?: string | undefined;
  /** The network of others that the node is a host of, by its name here; `undefined`: a listed peer, or a member. */
  readonly network?: string | undefined;
}

/** A parsed pattern. */
export type WhoPattern =
  | { readonly kind: "anybody"; readonly text: string }
  | { readonly kind: "role"; readonly text: string; readonly role: string }
  | { readonly kind: "network"; readonly text: string; readonly network: string }
  /** `undefined`: any. */
  | {
      readonly kind: "who";
      readonly text: string;
      readonly node: string | undefined;
      readonly user: string | undefined;
    };

const NAME = /^[A-Za-z0-9][A-Za-z0-9._~-]{0,127}$/;
const ALLOWED = '"*", role:NAME, member:NAME or the name alone, user:NAME, USER@NODE, network:NAME';

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
  if (prefix === "network") return { kind: "network", text, network: rest };
  return { error: `"${text}" names nobody: "${prefix}" is not role, member, user or network; allowed: ${ALLOWED}` };
}

/** Whether one of the patterns means who asks; no patterns: everybody is meant. */
export function includesWho(patterns: readonly WhoPattern[] | undefined, who: Who): boolean {
  return patterns === undefined || patterns.some((pattern) => means(pattern, who));
}

/**
 * Whether one of the patterns lets in who asks; no patterns: all nodes of this one's own networks. A host of a network of
 * others must be meant by its name or its network's.
 */
export function admitsWho(patterns: readonly WhoPattern[] | undefined, who: Who): boolean {
  if (who.network === undefined) return includesWho(patterns, who);
  return patterns?.some((pattern) => isForForeigners(pattern) && means(pattern, who)) === true;
}

function isForForeigners(pattern: WhoPattern): boolean {
  return pattern.kind === "network" || (pattern.kind === "who" && pattern.node !== undefined);
}

function parseUserAtNode(text: string): WhoPattern | { readonly error: string } {
  // A user's name may carry an @ itself.
  const at = text.lastIndexOf("@");
  const [user, node] = [text.slice(0, at), text.slice(at + 1)];
  if (user === "" || !NAME.test(node)) return { error: `"${text}" is not a user at a node; allowed: ${ALLOWED}` };
  return { kind: "who", text, node, user };
}

function means(pattern: WhoPattern, { node, roles, user, network }: Who): boolean {
  if (pattern.kind === "anybody") return true;
  if (pattern.kind === "network") return pattern.network === network;
  if (pattern.kind === "role") return roles.includes(pattern.role);
  return (pattern.node ?? node) === node && (pattern.user === undefined || pattern.user === user);
}
