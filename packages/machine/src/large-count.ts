/**
 * What a count of octets starts with that will pass 2^31: nought as a floating-point number. V8 keeps small integers and
 * other numbers in fields of different shapes; a count that begins as the one and becomes the other throws away, at two
 * gigabytes, the compiled code of everything that looks at the object, in the midst of a transfer.
 */
export const LARGE_COUNT = -0;
