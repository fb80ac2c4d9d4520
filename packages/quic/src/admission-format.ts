/** Sizes and places in an admission envelope (proto/admission.md). */

/** The first octet of an admission envelope. */
export const ADMISSION_TYPE = 0x01;

/** Octets of an admission envelope. */
export const ADMISSION_OCTETS = 32;

/** Where the MAC stands in an envelope. */
export const ADMISSION_MAC_OFFSET = 16;

/** Octets of a MAC. */
export const MAC_OCTETS = 16;
