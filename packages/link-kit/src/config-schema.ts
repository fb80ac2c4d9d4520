import { isIP } from "node:net";
import { LinkConfigError } from "./link-config-error.ts";
import { splitAddress } from "./split-address.ts";

/**
 * What a link can be told, as JSON Schema, of which links need little. The keys of a link stand nowhere else:
 * `--flor-io-describe` shows this, {@link readConfig} checks by it, and flor checks its own file by it.
 */
export interface LinkConfigSchema {
  readonly type: "object";
  readonly additionalProperties: false;
  readonly properties: Readonly<Record<string, ConfigKeySchema>>;
  readonly required?: readonly string[];
  /** Keys that need others beside them. */
  readonly dependentRequired?: Readonly<Record<string, readonly string[]>>;
  /** At least one of these is there. */
  readonly anyOf?: readonly ConfigAlternative[];
}

/** A key that is there, and true where that is asked. */
export interface ConfigAlternative {
  readonly required: readonly [string];
  readonly properties?: Readonly<Record<string, { readonly const: true }>>;
}

/** One key. */
export interface ConfigKeySchema {
  /** An array is a program and its arguments; an object has texts. */
  readonly type: "string" | "integer" | "boolean" | "array" | "object";
  readonly description: string;
  /** What a right value is, for "is not …". @default told by the type */
  readonly title?: string;
  /** What a text is: an IP address and port, a path, or a user name or password (RFC 1929). */
  readonly format?: "endpoint" | "path" | "credential";
  readonly default?: string | number | boolean | Readonly<Record<string, string>>;
  readonly enum?: readonly string[];
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: 1;
  readonly items?: { readonly type: "string"; readonly minLength: 1 };
  readonly additionalProperties?: { readonly type: "string" };
  /** The node gives it; nobody configures it. */
  readonly readOnly?: true;
}

/**
 * Checks a configuration and fills in defaults.
 *
 * @param kind of the link, for errors
 * @returns an object with the keys of the schema that are there or have a default
 * @throws LinkConfigError that names the key and what is allowed
 */
export function readConfig(schema: LinkConfigSchema, kind: string, value: unknown): unknown {
  const keys = Object.keys(schema.properties);
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new LinkConfigError(`the configuration of a ${kind} link is an object with the keys ${keys.join(", ")}`);
  const unknownKey = Object.keys(value).find((key) => !keys.includes(key));
  if (unknownKey !== undefined)
    throw new LinkConfigError(`"${unknownKey}" is not a key of a ${kind} link: ${keys.join(", ")} are`);
  const given = value as Readonly<Record<string, unknown>>;
  const read: Record<string, unknown> = {};
  for (const [key, property] of Object.entries(schema.properties)) {
    const found = given[key] ?? property.default;
    if (found === undefined) continue;
    if (!isRight(property, found))
      throw new LinkConfigError(`${key}: ${JSON.stringify(found)} is not ${rightValue(property)}`);
    read[key] = found;
  }
  const [problem] = missingKeys(schema, read);
  if (problem !== undefined) throw new LinkConfigError(`${problem.key}: ${problem.text}`);
  return read;
}

/** Keys that should be there beside those that are, and what to do. */
export function missingKeys(
  { properties, required = [], dependentRequired = {}, anyOf = [] }: LinkConfigSchema,
  found: Readonly<Record<string, unknown>>,
): readonly { readonly key: string; readonly text: string }[] {
  const isThere = (key: string): boolean => found[key] !== undefined;
  const missing = required
    .filter((key) => !isThere(key))
    .map((key) => ({ key, text: `is missing; ${properties[key]?.description ?? key}` }));
  const alone = Object.entries(dependentRequired).flatMap(([key, others]) =>
    others
      .filter((other) => isThere(key) && !isThere(other))
      .map((other) => ({ key, text: `needs ${other} beside it: ${properties[other]?.description ?? other}` })),
  );
  const isMet = ({ required: [key], properties: values = {} }: ConfigAlternative): boolean =>
    values[key] === undefined ? isThere(key) : found[key] === values[key].const;
  if (anyOf.length === 0 || anyOf.some(isMet)) return [...missing, ...alone];
  const names = anyOf.map(({ required: [key], properties: values }) => (values?.[key] ? `${key}: true` : key));
  return [...missing, ...alone, { key: anyOf[0]!.required[0], text: `is missing; give ${names.join(" or ")}` }];
}

function isRight(property: ConfigKeySchema, value: unknown): boolean {
  const { type } = property;
  if (type === "integer") return isBetween(value, property);
  if (type === "array") return isCommand(value);
  if (type === "object") return isOfTexts(value);
  return typeof value === type && (typeof value !== "string" || isRightText(property, value));
}

function isCommand(value: unknown): boolean {
  return Array.isArray(value) && value.length > 0 && value.every((word) => typeof word === "string" && word !== "");
}

function isBetween(value: unknown, { minimum = -Infinity, maximum = Infinity }: ConfigKeySchema): boolean {
  return typeof value === "number" && Number.isInteger(value) && value >= minimum && value <= maximum;
}

function isOfTexts(value: unknown): boolean {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  return Object.values(value).every((text) => typeof text === "string");
}

function isRightText({ enum: words, pattern, format }: ConfigKeySchema, text: string): boolean {
  if (words !== undefined) return words.includes(text);
  if (format === "endpoint") return isIP(splitAddress(text)?.host ?? "") !== 0;
  return text !== "" && (pattern === undefined || new RegExp(pattern).test(text));
}

function rightValue({ title, type, format, enum: words, minimum, maximum }: ConfigKeySchema): string {
  if (title !== undefined) return title;
  if (type === "boolean") return "true or false";
  if (type === "integer") return `a whole number from ${minimum ?? "any"} to ${maximum ?? "any"}`;
  if (type === "array") return "a list of words, the program first";
  if (type === "object") return "an object of texts";
  if (words !== undefined) return `one of ${words.map((word) => JSON.stringify(word)).join(", ")}`;
  return format === "endpoint" ? 'an address and port such as "0.0.0.0:4600" or "[::]:4600"' : "a text";
}
