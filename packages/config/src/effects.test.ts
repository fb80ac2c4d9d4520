import { describe, expect, it } from "vitest";
import type { z } from "zod";
import { EFFECTS, effectOf, ITEM_EFFECTS } from "./effects.ts";
import { configSchema } from "./schema.ts";

/** All keys of a schema, those of items behind their list's: `links.mtu`. */
function keysOf(schema: z.core.$ZodType, at = ""): readonly string[] {
  const def: Readonly<Record<string, unknown>> = { ...schema._zod.def };
  const inner = (key: string): readonly string[] => keysOf(def[key] as z.core.$ZodType, at);
  const type = def["type"];
  if (type === "object")
    return Object.entries(def["shape"] as Record<string, z.core.$ZodType>).flatMap(([name, value]) => {
      const key = at === "" ? name : `${at}.${name}`;
      return [key, ...keysOf(value, key)];
    });
  if (type === "union") return (def["options"] as z.core.$ZodType[]).flatMap((option) => keysOf(option, at));
  if (type === "array") return inner("element");
  if (type === "pipe") return inner("in");
  return "innerType" in def ? inner("innerType") : [];
}

describe("the effects of a reload", () => {
  const keys = [...new Set(keysOf(configSchema))];

  it("are declared for every key of the schema", () => {
    expect(keys).toEqual(expect.arrayContaining(["name", "links.mtu", "inbounds.users.password", "peers.address"]));
    expect(keys.filter((key) => effectOf(key) === undefined)).toEqual([]);
    expect(new Set(Object.keys(EFFECTS))).toEqual(new Set(keys.map((key) => key.split(".", 1)[0])));
  });

  it("are declared for no key that is gone", () => {
    expect(Object.keys(ITEM_EFFECTS).filter((key) => !keys.includes(key))).toEqual([]);
    expect(effectOf("no-such-key")).toBeUndefined();
  });

  it("are what each key says", () => {
    expect(["name", "links.mtu", "peers.address", "northbound.socket", "northbound.group"].map(effectOf)).toEqual([
      "restarts the node",
      "restarts a part",
      "live",
      "restarts a part",
      "live",
    ]);
  });
});
