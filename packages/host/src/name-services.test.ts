import { describe, expect, it } from "vitest";
import { candidatesOf, hasOtherServices, parseResolvConf } from "./name-services.ts";

describe("resolv.conf", () => {
  it.each([
    ["search a.example B.example.\n", {}, ["a.example", "b.example"], 1],
    ["domain d.example\nsearch a.example\n", {}, ["a.example"], 1],
    ["search a.example\ndomain d.example # ours\n", {}, ["d.example"], 1],
    ["search\toffice.example ; old\noptions timeout:1 ndots:5\n", {}, ["office.example"], 5],
    ["search .\noptions ndots:99\n", {}, [], 15],
    [
      "search a.example\n",
      { LOCALDOMAIN: "env.example other.example", RES_OPTIONS: "ndots:3" },
      ["env.example", "other.example"],
      3,
    ],
    ["search a.example\noptions ndots:x\n", { LOCALDOMAIN: "" }, [], 1],
  ])("%j with %j", (text, environment, search, ndots) => {
    expect(parseResolvConf(text, environment)).toEqual({ search, ndots });
  });

  it("takes 32 domains at most", () => {
    const domains = Array.from({ length: 100 }, (_, index) => `d${index}.example`);
    expect(parseResolvConf(`search ${domains.join(" ")}`, {}).search).toEqual(domains.slice(0, 32));
  });
});

describe("the order of names", () => {
  const search = ["a.example", "b.example"];
  it.each([
    ["db", 1, ["db.a.example", "db.b.example", "db"]],
    ["db.shop", 1, ["db.shop", "db.shop.a.example", "db.shop.b.example"]],
    ["db.shop", 2, ["db.shop.a.example", "db.shop.b.example", "db.shop"]],
    ["db.", 5, ["db"]],
  ])("%s with ndots %i", (name, ndots, names) => {
    expect(candidatesOf(name, { search, ndots })).toEqual(names);
  });
});

describe("nsswitch.conf", () => {
  it.each([
    ["", false],
    ["passwd: files ldap\nhosts: files dns\n", false],
    ["hosts:  files dns [!UNAVAIL=return] # mdns\n", false],
    ["hosts: files mdns4_minimal [NOTFOUND=return] dns\n", true],
    ["  hosts :\tfiles resolve dns myhostname\n", true],
  ])("%j knows more than files and DNS: %s", (text, others) => {
    expect(hasOtherServices(text)).toBe(others);
  });
});
