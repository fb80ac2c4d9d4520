import { type RequestHead, valuesOf } from "./request-head.ts";

/** How a request's body ends: after so many octets, or with its last chunk. */
export type BodyLength = number | "chunked";

/** More than any client sends, and exact as a number. */
const LENGTH = /^[0-9]{1,15}$/;

/**
 * The length of a request's body (RFC 9112 section 6.3); `undefined` where it is not beyond all doubt, as with both
 * Content-Length and Transfer-Encoding, or with either of them twice.
 */
export function bodyLengthOf(head: RequestHead): BodyLength | undefined {
  const lengths = valuesOf(head, "content-length");
  const codings = valuesOf(head, "transfer-encoding");
  if (lengths.length + codings.length > 1) return undefined;
  const [length] = lengths;
  if (length !== undefined) return LENGTH.test(length) ? Number(length) : undefined;
  const [coding] = codings;
  if (coding === undefined) return 0;
  return head.version === "1.1" && coding.toLowerCase() === "chunked" ? "chunked" : undefined;
}
