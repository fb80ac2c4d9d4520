import type { MemberLine, NetworkMembers } from "@flor/runtime/networks";
import type { Style } from "../terminal.ts";
import { shortId } from "./short-id.ts";
import { tableLines } from "./table.ts";

/** Lines of `flor members`. */
export function membersView(networks: readonly NetworkMembers[], style: Style): readonly string[] {
  if (networks.length === 0) return ["this node belongs to no network: flor network create NAME, or flor join LINE"];
  return networks.flatMap((network, at) => [...(at === 0 ? [] : [""]), ...networkLines(network, style)]);
}

function networkLines({ name, id, isIssuer, members, invites }: NetworkMembers, style: Style): readonly string[] {
  const head = `${style.bold(name)}  ${style.dim(id)}${isIssuer ? "  this node can invite and revoke" : ""}`;
  const titles = ["name", "id", "roles", "expires", "reachable"].map((title) => style.dim(title));
  const rows = members.map((member) => memberRow(member, style));
  const open = invites.map(({ name: invited, roles, expires }) => [
    invited,
    style.dim("invited"),
    rolesText(roles),
    dayOf(expires),
    "",
  ]);
  return [head, ...tableLines([titles, ...rows, ...open])];
}

function memberRow({ name, id, roles, expires, isSelf, reachable, isReplaced }: MemberLine, style: Style): string[] {
  const state = isSelf ? "this node" : reachable === undefined ? "not known" : reachable ? "yes" : style.yellow("no");
  return [name, shortId(id), rolesText(roles), dayOf(expires), isReplaced ? `${state}, its old key` : state];
}

function rolesText(roles: readonly string[]): string {
  return roles.length === 0 ? "-" : roles.join(" ");
}

/** The day, or the minute where it matters. */
function dayOf(iso: string): string {
  const isSoon = Date.parse(iso) - Date.now() < 2 * 86_400_000;
  return isSoon ? `${iso.slice(0, 16).replace("T", " ")} UTC` : iso.slice(0, 10);
}
