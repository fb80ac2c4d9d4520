import { parseIpAddress, type Target } from "@flor/wire";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decide, decideService } from "./decide.ts";
import { parseDestinationPattern } from "./destination-pattern.ts";
import { EgressPolicy, type EgressRule } from "./egress-policy.ts";
import { parseWhoPattern, type Who, type WhoPattern } from "./who-pattern.ts";

const who = (text: string): WhoPattern => {
  const pattern = parseWhoPattern(text);
  if ("error" in pattern) throw new Error(pattern.error);
  return pattern;
};
const rule = (to: string, ...from: readonly string[]): EgressRule => {
  const pattern = parseDestinationPattern(to);
  if ("error" in pattern) throw new Error(pattern.error);
  return from.length === 0 ? pattern : { ...pattern, from: from.map(who) };
};
const address = (text: string): Uint8Array => parseIpAddress(text) ?? expect.fail(text);
const at = (text: string, port = 22): { target: Target; port: number } => ({
  target: { kind: "address", address: address(text) },
  port,
});

const anna: Who = { node: "anna", roles: ["dev"] };
const bert: Who = { node: "bert", roles: [] };
const guest: Who = { node: "guest", roles: ["guest"] };

describe("decide", () => {
  const rules = {
    allow: [rule("10.0.0.0/8:22", "role:dev"), rule("10.0.0.1:80", "member:bert"), rule("*:443")],
    deny: [rule("*", "role:guest")],
  };

  it("lets a role go where a rule for it says, and names that rule", () => {
    expect(decide(rules, anna, at("10.1.2.3"))).toEqual({
      allowed: true,
      rule: "from role:dev to 10.0.0.0/8:22",
    });
    expect(decide(rules, bert, at("10.1.2.3"))).toMatchObject({ allowed: false, refused: "private" });
  });

  it("tells members apart by name", () => {
    expect(decide(rules, bert, at("10.0.0.1", 80)).allowed).toBe(true);
    expect(decide(rules, anna, at("10.0.0.1", 80)).allowed).toBe(false);
  });

  it("denies first, whatever is allowed to everybody", () => {
    const web = { target: { kind: "domain", name: "example.org" }, port: 443 } as const;
    expect(decide(rules, bert, web)).toEqual({ allowed: true, rule: "*:443" });
    expect(decide(rules, guest, web)).toEqual({
      allowed: false,
      refused: "denied-by-rule",
      rule: "from role:guest to *",
    });
  });

  it("judges each address of a name", () => {
    const target: Target = { kind: "domain", name: "example.org" };
    expect(decide(rules, anna, { target, port: 443, resolved: address("10.9.9.9") })).toMatchObject({
      refused: "no-rule",
    });
    expect(decide(rules, anna, { target, port: 22, resolved: address("10.9.9.9") }).allowed).toBe(true);
  });

  it("has no user where the rule names one and the node told of none", () => {
    const forAlice = { allow: [rule("*", "user:alice"), rule("*", "carol@anna")], deny: [] };
    const web = { target: { kind: "domain", name: "example.org" }, port: 443 } as const;
    expect(decide(forAlice, anna, web).allowed).toBe(false);
    expect(decide(forAlice, { ...bert, user: "alice" }, web).allowed).toBe(true);
    expect(decide(forAlice, { ...bert, user: "carol" }, web).allowed).toBe(false);
    expect(decide(forAlice, { ...anna, user: "carol" }, web).allowed).toBe(true);
  });

  it("says what the policy of the data path says, for whatever rules", () => {
    const patterns = fc.constantFrom("*", "*:443", "10.0.0.0/8", "10.0.0.1:22", "example.org", "198.51.100.0/24");
    const whom = fc.constantFrom("*", "role:dev", "role:guest", "member:anna", "bert", "user:alice", "alice@anna");
    const anyRule = fc.tuple(patterns, fc.array(whom, { maxLength: 3 })).map(([to, from]) => rule(to, ...from));
    const anyRules = fc.record({
      allow: fc.array(anyRule, { maxLength: 5 }),
      deny: fc.array(anyRule, { maxLength: 2 }),
    });
    const anyWho = fc.constantFrom<Who>(anna, bert, guest, { ...anna, user: "alice" });
    const places = fc.constantFrom("10.0.0.1", "10.7.7.7", "203.0.113.1", "8.8.8.8");
    fc.assert(
      fc.property(anyRules, anyWho, places, fc.constantFrom(22, 443), (rules, asking, place, port) => {
        const asked = at(place, port);
        const flat = (list: readonly EgressRule[]): EgressRule[] =>
          list.filter(({ from }) => from === undefined || decideService({ allow: from, deny: [] }, asking).allowed);
        const byHand = new EgressPolicy({ allow: flat(rules.allow), deny: flat(rules.deny) });
        const { allowed } = byHand.judge(asked.target, address(place), port);
        expect(decide(rules, asking, asked).allowed).toBe(allowed);
      }),
    );
  });
});

describe("a service's rules", () => {
  const rules = { allow: [who("role:dev"), who("bert")], deny: [who("user:mallory")] };

  it.each([
    [anna, true],
    [bert, true],
    [guest, false],
    [{ ...anna, user: "mallory" }, false],
  ])("decide about %j", (asking, allowed) => {
    expect(decideService(rules, asking).allowed).toBe(allowed);
  });
});

it.each(["", "role:", "group:dev", "a b", "@anna", "alice@", "role:a b", "user:"])("refuses %j as somebody", (text) => {
  expect(parseWhoPattern(text)).toHaveProperty("error");
});
