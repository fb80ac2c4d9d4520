import { describe, expect, it } from "vitest";
import { EFFECTS, effectOf, ITEM_EFFECTS } from "./effects.ts";
import { schemaKeys } from "./schema-keys.ts";

describe("the effects of a reload", () => {
  const keys = schemaKeys();

  it("are declared for every key of the schema", () => {
    expect(keys).toEqual(
      expect.arrayContaining([
        "name",
        "links.mtu",
        "inbounds.users.password",
        "metrics.listen",
        "services.publish.health.rise",
      ]),
    );
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
