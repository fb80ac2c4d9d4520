import { RateBudget } from "@flor/machine";

/** What packets with an admission envelope may cost a second, and at once: a twentieth of a second of HMAC. */
export const ADMISSION_OCTETS_PER_SECOND: number = 2 * 1024 * 1024;
const ADMISSION_OCTETS_AT_ONCE = 1024 * 1024;
/** What an HMAC over nothing costs, in octets of a longer one. */
const ADMISSION_COST_FIXED_OCTETS = 1024;

/** What the packets that want admission may cost, for all strangers of a link or for one neighbour. */
export function admissionBudget(): RateBudget {
  return new RateBudget(ADMISSION_OCTETS_PER_SECOND, ADMISSION_OCTETS_AT_ONCE);
}

/** What looking at one such packet takes from the budget. */
export function admissionCost(octets: number): number {
  return ADMISSION_COST_FIXED_OCTETS + octets;
}
