/** Links that come with flor, as a file has them: each owns the schema of its keys, and this turns it into zod's. */
import { type ConfigKeySchema, type LinkConfigSchema, missingKeys } from "@flor/link-kit/config-schema";
import { EXEC_CONFIG_SCHEMA } from "@flor/link-exec/config-schema";
import { PT_CONFIG_SCHEMA } from "@flor/link-pt/config-schema";
import { TCP_CONFIG_SCHEMA } from "@flor/link-tcp/config-schema";
import { UDP_CONFIG_SCHEMA } from "@flor/link-udp/config-schema";
import { WEBTRANSPORT_CONFIG_SCHEMA } from "@flor/link-webtransport/config-schema";
import { z } from "zod";
import { closed, credential, endpoint, hello, name, path } from "./schema-fields.ts";

/** By kind. */
export const BUILTIN_LINKS: Readonly<Record<BuiltinLinkKind, LinkConfigSchema>> = {
  udp: UDP_CONFIG_SCHEMA,
  tcp: TCP_CONFIG_SCHEMA,
  exec: EXEC_CONFIG_SCHEMA,
  pt: PT_CONFIG_SCHEMA,
  webtransport: WEBTRANSPORT_CONFIG_SCHEMA,
};

export type BuiltinLinkKind = "udp" | "tcp" | "exec" | "pt" | "webtransport";

/** A link of such a kind; the other keys are those of its schema, an endpoint parsed. */
export interface BuiltinLinkShape {
  readonly kind: BuiltinLinkKind;
  readonly name: string;
  readonly hello?: number | undefined;
  readonly [key: string]: unknown;
}

/** A schema that is told from others by its literal `kind`. */
type OfKind<Shape> = z.ZodType<Shape> & z.core.$ZodTypeDiscriminable;

/** One for each kind. */
export const builtinLinks: readonly [OfKind<BuiltinLinkShape>, ...OfKind<BuiltinLinkShape>[]] = [
  shapeOf("udp"),
  shapeOf("tcp"),
  shapeOf("exec"),
  shapeOf("pt"),
  shapeOf("webtransport"),
];

function shapeOf(kind: BuiltinLinkKind): OfKind<BuiltinLinkShape> {
  const schema = configurable(BUILTIN_LINKS[kind]);
  const { properties, required = [] } = schema;
  const keys = Object.entries(properties).map(([key, one]) => [key, valueOf(one, required.includes(key))]);
  return closed({ kind: z.literal(kind), name, hello, ...Object.fromEntries(keys) }).superRefine((value, context) => {
    for (const { key, text } of missingKeys(schema, value))
      context.addIssue({ code: "custom", path: [key], message: text });
  }) as unknown as OfKind<BuiltinLinkShape>;
}

/** A schema without what only the node gives. */
function configurable({ properties, anyOf, ...schema }: LinkConfigSchema): LinkConfigSchema {
  const isGiven = (key: string): boolean => properties[key]?.readOnly === true;
  return {
    ...schema,
    properties: Object.fromEntries(Object.entries(properties).filter(([key]) => !isGiven(key))),
    ...(anyOf && { anyOf: anyOf.filter(({ required: [key] }) => !isGiven(key)) }),
  };
}

/** Keys that are missing are told of by {@link missingKeys}, but for those that are always required. */
function valueOf(schema: ConfigKeySchema, isRequired: boolean): z.ZodType {
  const type = typeOf(schema);
  if (schema.default !== undefined) return type.prefault(schema.default);
  return isRequired ? type : type.optional();
}

function typeOf({ type, format, enum: words, pattern, title, minimum, maximum }: ConfigKeySchema): z.ZodType {
  if (format === "endpoint") return endpoint;
  if (format === "path") return path;
  if (format === "credential") return credential();
  if (words !== undefined) return z.enum(words);
  if (pattern !== undefined) return z.string().regex(new RegExp(pattern), { error: `is not ${title ?? "right"}` });
  if (type === "integer")
    return z
      .int()
      .min(minimum ?? -Infinity)
      .max(maximum ?? Infinity);
  if (type === "boolean") return z.boolean();
  if (type === "array") return z.array(z.string().min(1)).min(1);
  return type === "object" ? z.record(z.string(), z.string()) : z.string().min(1);
}
