export { ADDRESS_MAX_CHARACTERS, addressOf, scopeOf } from "./udp-address.ts";
export { Approach, type ApproachState } from "./approach.ts";
export { CANDIDATES_MAX, ownCandidates, takeCandidates } from "./candidates.ts";
export { type Mapping, Observations } from "./observations.ts";
export { Punch } from "./punch.ts";
