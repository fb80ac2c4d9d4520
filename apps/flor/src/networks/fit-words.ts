/** Words of commands about networks that can be judged without asking a node: what is wrong with them is usage. */
import { isMemberName, isRole, parseInviteAddress, REASON_MAX_CHARACTERS, ROLES_MAX } from "@flor/membership";
import { CommandError, EXIT_USAGE } from "../command-error.ts";

/** Names of members and of networks. @throws CommandError */
export function demandMemberNames(...names: readonly string[]): void {
  for (const name of names)
    if (!isMemberName(name))
      throw unfit(
        `${shown(name)} is not a valid name: letters a to z, digits and "-", 63 at most, "-" not at either end`,
      );
}

/** Roles of one member. @throws CommandError */
export function demandRoles(roles: readonly string[]): void {
  for (const role of roles)
    if (!isRole(role))
      throw unfit(
        `${shown(role)} is not a valid role: letters a to z, digits and "-", 31 at most, "-" not at either end`,
      );
  const count = new Set(roles).size;
  if (count > ROLES_MAX) throw unfit(`a member has ${ROLES_MAX} roles at most, not ${count}`);
}

/** Why somebody is revoked; all nodes of the network keep it. @throws CommandError */
export function demandReason(reason: string): void {
  if (reason.length > REASON_MAX_CHARACTERS)
    throw unfit(`--reason has ${reason.length} characters, and ${REASON_MAX_CHARACTERS} fit: say less`);
  if (!/^[ -~]*$/.test(reason))
    throw unfit("--reason takes letters of ASCII alone, without line breaks: say it in those");
}

/** Addresses for an invite. @throws CommandError */
export function demandInviteAddresses(addresses: readonly string[]): void {
  for (const text of addresses) {
    const address = parseInviteAddress(text);
    if ("problem" in address) throw unfit(`--address ${address.problem}`);
  }
}

/** Characters of somebody's word in a message. */
const SHOWN_CHARACTERS = 70;

function shown(text: string): string {
  return JSON.stringify(text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}…` : text);
}

function unfit(message: string): CommandError {
  return new CommandError(message, { exitCode: EXIT_USAGE });
}
