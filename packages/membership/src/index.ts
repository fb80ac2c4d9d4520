export { hearsOf } from "./apart.ts";
export { type FreshRecord, MembershipFlooding, NETWORKS_MAX } from "./flooding.ts";
export {
  decodeInvite,
  encodeInvite,
  guestSeed,
  type Invite,
  INVITE_ADDRESSES_MAX,
  INVITE_SECRET_OCTETS,
} from "./invite.ts";
export { type InviteAddress, isInvitingKind, listenFor, parseInviteAddress } from "./invite-address.ts";
export {
  EARLIEST_MS,
  isRenewalDue,
  issueMembership,
  issueRevocation,
  joinMessage,
  MEMBERSHIP_DAYS,
  type MembershipWish,
} from "./join.ts";
export { encodeNetworkId, parseNetworkId } from "./network-id.ts";
export { hexOf, octetsOfHex } from "./octets.ts";
export {
  consentMessage,
  isMemberName,
  isRole,
  ISSUER,
  type Membership,
  type NetworkRecord,
  parseRecord,
  REASON_MAX_CHARACTERS,
  type Revocation,
  ROLES_MAX,
  type Rotation,
  type SignedRecord,
  signRecord,
  splitRecords,
} from "./record.ts";
export {
  type Member,
  MEMBERSHIP_MAX_DAYS,
  type MembershipRefusal,
  Roster,
  type RosterOptions,
  type Taken,
} from "./roster.ts";
export { CLOCK_TOLERANCE_SECONDS, ROTATION_OVERLAP_SECONDS } from "./standing.ts";
