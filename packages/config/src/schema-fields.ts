/** Parts of the file's shape that stand in many places. */
import { parseAuthority } from "@flor/inbounds";
import type { Destination } from "@flor/wire";
import { z } from "zod";
import { type Endpoint, parseEndpoint } from "./endpoint.ts";
import { NAME } from "./node-name.ts";

/** Octets of a user name or password at most: RFC 1929 gives their length one octet. */
export const CREDENTIAL_MAX_OCTETS = 255;

/** A pause of the process must not look like a silence of the neighbour. */
const HELLO_MIN_MS = 50;
const HELLO_MAX_MS = 5000;

/** A name. */
export const name: z.ZodString = z.string().regex(NAME, {
  error: 'is not a valid name; allowed: 1 to 63 letters, digits, ".", "_", "-", starting with a letter or digit',
});

/** A path, relative to the file or absolute. */
export const path: z.ZodString = z.string().min(1);

/** An IP address and port. */
export const endpoint: z.ZodType<Endpoint, string> = z.string().transform((text, context): Endpoint => {
  const parsed = parseEndpoint(text);
  if (parsed !== undefined) return parsed;
  context.addIssue(`${JSON.stringify(text)} is not an IP address and port; write 127.0.0.1:1080 or "[::1]:1080"`);
  return z.NEVER;
});

/** A host, by name or address, and a port. @param examples what to write instead, for the error */
export function hostAndPort(examples: string): z.ZodType<Destination, string> {
  return z.string().transform((text, context): Destination => {
    const destination = parseAuthority(text);
    if (destination !== undefined) return destination;
    context.addIssue(`${JSON.stringify(text)} is not a host and a port; write ${examples}`);
    return z.NEVER;
  });
}

/** A text that `parse` reads, or says what is wrong with. */
export function parsed<Value extends object>(
  parse: (text: string) => Value | { readonly error: string },
): z.ZodType<Value, string> {
  return z.string().transform((text, context): Value => {
    const value = parse(text);
    if (!("error" in value)) return value;
    context.addIssue(value.error);
    return z.NEVER;
  });
}

/** How often the hellos of a link go, milliseconds. */
export const hello: z.ZodOptional<z.ZodInt> = z.int().min(HELLO_MIN_MS).max(HELLO_MAX_MS).optional();

/** An object without other keys; an unknown key's issue carries the allowed ones, see `shape-issues.ts`. */
export function closed<Shape extends z.ZodRawShape>(shape: Shape): z.ZodObject<Shape, z.core.$strict> {
  const allowed = Object.keys(shape).join(", ");
  return z.strictObject(shape, { error: (issue) => (issue.code === "unrecognized_keys" ? allowed : undefined) });
}

/** A user name or a password (RFC 1929). */
export function credential(): z.ZodString {
  return z.string().refine((text) => text !== "" && Buffer.byteLength(text) <= CREDENTIAL_MAX_OCTETS, {
    error: `must have 1 to ${CREDENTIAL_MAX_OCTETS} octets as UTF-8`,
  });
}
