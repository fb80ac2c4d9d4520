import type { z } from "zod";
import { configSchema } from "./schema.ts";

/** All keys that a file can have, those of items behind their list's: `links.mtu`. */
export function schemaKeys(): readonly string[] {
  return [...new Set(keysOf(configSchema, ""))];
}

function keysOf(schema: z.core.$ZodType, at: string): readonly string[] {
  const def: Readonly<Record<string, unknown>> = { ...schema._zod.def };
  const inner = (key: string): readonly string[] => keysOf(def[key] as z.core.$ZodType, at);
  switch (def["type"]) {
    case "object":
      return Object.entries(def["shape"] as Record<string, z.core.$ZodType>).flatMap(([name, value]) => {
        const key = at === "" ? name : `${at}.${name}`;
        return [key, ...keysOf(value, key)];
      });
    case "union":
      return (def["options"] as z.core.$ZodType[]).flatMap((option) => keysOf(option, at));
    case "array":
      return inner("element");
    case "record":
      return inner("valueType");
    case "pipe":
      return [...inner("in"), ...inner("out")];
    default:
      return "innerType" in def ? inner("innerType") : [];
  }
}
