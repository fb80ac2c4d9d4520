import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Users, USERS_MAX } from "./users.ts";
import { encodeUtf8 } from "@flor/wire";

function login(users: Users, name: string, password: string): string | undefined {
  return users.authenticate({ name: encodeUtf8(name), password: encodeUtf8(password) });
}

describe("Users", () => {
  it("lets each user in with their own password only", () => {
    const users = new Users(
      new Map([
        ["alice", "one"],
        ["bob", "two"],
        ["zoë", "drei ☃"],
      ]),
    );
    expect(login(users, "alice", "one")).toBe("alice");
    expect(login(users, "bob", "two")).toBe("bob");
    expect(login(users, "zoë", "drei ☃")).toBe("zoë");
    expect(login(users, "alice", "two")).toBeUndefined();
    expect(login(users, "bob", "one")).toBeUndefined();
  });

  it("lets in exactly the pairs that it was given", () => {
    const text = fc.string({ minLength: 1, maxLength: 20 });
    const wellFormed = text.filter((value) => value.isWellFormed());
    fc.assert(
      fc.property(
        fc.dictionary(wellFormed, wellFormed, { minKeys: 1, maxKeys: 5 }),
        text,
        text,
        (known, name, password) => {
          const users = new Users(new Map(Object.entries(known)));
          for (const [knownName, knownPassword] of Object.entries(known))
            expect(login(users, knownName, knownPassword)).toBe(knownName);
          const expected = Object.hasOwn(known, name) && known[name] === password ? name : undefined;
          expect(login(users, name, password)).toBe(expected);
        },
      ),
    );
  });

  it.each([
    ["no users", new Map<string, string>(), /no users/],
    ["an empty name", new Map([["", "secret"]]), /user name "" has 0 octets/],
    ["an empty password", new Map([["alice", ""]]), /password of user "alice" has 0 octets/],
    ["a name of 256 octets", new Map([["é".repeat(128), "secret"]]), /has 256 octets as UTF-8: 1 to 255/],
    ["too many", new Map(Array.from({ length: USERS_MAX + 1 }, (_, n) => [`user${n}`, "secret"])), /at most 256/],
  ])("refuses %s and tells no password", (_, passwords, message) => {
    expect(() => new Users(passwords)).toThrow(message);
    expect(() => new Users(passwords)).not.toThrow(/secret/);
  });
});

describe("encodeUtf8", () => {
  it("writes what TextEncoder writes, lone surrogates included", () => {
    const encoder = new TextEncoder();
    const units = fc.oneof(fc.integer({ min: 0, max: 0xffff }), fc.integer({ min: 0xd800, max: 0xdfff }));
    const points = fc.integer({ min: 0, max: 0x10ffff }).map((point) => String.fromCodePoint(point));
    const text = fc
      .array(
        fc.oneof(
          units.map((unit) => String.fromCharCode(unit)),
          points,
        ),
      )
      .map((all) => all.join(""));
    fc.assert(
      fc.property(text, (value) => {
        expect(encodeUtf8(value)).toEqual(Uint8Array.from(encoder.encode(value)));
      }),
      { numRuns: 1000 },
    );
  });
});
