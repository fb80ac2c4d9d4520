/** Networks without a running node: the files beside a configuration, and how a newcomer joins. */
export {
  isOverHere,
  JOIN_LATE_MS,
  JOIN_MS,
  joinNetwork,
  type Joined,
  type JoinOptions,
  NotJoinedError,
  placesOf,
} from "./networks/join-network.ts";
export {
  type InviteParams,
  type MadeInvite,
  type NetworkControl,
  networkControlOf,
} from "./networks/network-control.ts";
export { NetworkKeeper } from "./networks/network-keeper.ts";
export { saveRecords } from "./networks/save-records.ts";
export type { MemberLine, NetworkMembers } from "./networks/network-members.ts";
export type { Revoked } from "./networks/network-issuer.ts";
