/**
 * The first value of a count of octets that will pass 2^31: zero as a floating-point number. V8 keeps small integers and
 * other numbers in fields of different shapes. When a count begins as the one and becomes the other, at two gigabytes,
 * V8 throws away the compiled code of everything that reads the object, in the middle of a transfer.
 */
export const LARGE_COUNT = -0;

/** The first value of a time, a rate or whatever else is no whole number later on: zero, for the same reason. */
export const FRACTIONAL = -0;
