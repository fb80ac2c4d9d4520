import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type DestinationPattern, parseDestinationPattern } from "./destination-pattern.ts";
import { EgressPolicy, type OwnEndpoints, VIEWS_MAX } from "./egress-policy.ts";
import { parseIpAddress, type Target } from "@flor/wire";
import { parseWhoPattern } from "./who-pattern.ts";

const NAME: Target = { kind: "domain", name: "www.example.org" };

const octets = (text: string): Uint8Array => parseIpAddress(text) ?? expect.fail(text);

const patterns = (texts: readonly string[]): DestinationPattern[] =>
  texts.map((text) => {
    const pattern = parseDestinationPattern(text);
    if ("error" in pattern) throw new Error(pattern.error);
    return pattern;
  });

const policyOf = (allow: readonly string[], deny: readonly string[] = [], own?: OwnEndpoints): EgressPolicy => {
  const policy = new EgressPolicy({ allow: patterns(allow), deny: patterns(deny) });
  if (own) policy.setOwn(own);
  return policy;
};

/** What becomes of an address that the client gave itself, or, with a name, that the name resolved to. */
const verdict = (policy: EgressPolicy, text: string, port = 443, target?: Target): string => {
  const address = octets(text);
  const decision = policy.judge(target ?? { kind: "address", address }, address, port);
  return decision.allowed ? "allowed" : decision.refused;
};

const hex = (high: number, low: number): string => ((high << 8) | low).toString(16);

const closed: readonly (readonly [string, string])[] = [
  ["0.0.0.0", "unspecified"],
  ["0.1.2.3", "unspecified"],
  ["10.0.0.1", "private"],
  ["10.255.255.255", "private"],
  ["100.64.0.1", "carrier-grade-nat"],
  ["100.127.255.255", "carrier-grade-nat"],
  ["127.0.0.1", "loopback"],
  ["127.255.255.254", "loopback"],
  ["169.254.169.254", "link-local"],
  ["168.63.129.16", "metadata"],
  ["172.16.0.1", "private"],
  ["172.31.255.255", "private"],
  ["192.0.0.8", "reserved"],
  ["192.0.2.1", "documentation"],
  ["192.88.99.1", "translated"],
  ["192.168.0.1", "private"],
  ["198.18.0.1", "benchmarking"],
  ["198.19.255.255", "benchmarking"],
  ["198.51.100.1", "documentation"],
  ["203.0.113.7", "documentation"],
  ["224.0.0.1", "multicast"],
  ["239.255.255.255", "multicast"],
  ["240.0.0.1", "reserved"],
  ["255.255.255.255", "reserved"],
  ["::", "unspecified"],
  ["::1", "loopback"],
  ["::ffff:127.0.0.1", "loopback"],
  ["::ffff:10.0.0.1", "private"],
  ["::127.0.0.1", "translated"],
  ["::ffff:0:127.0.0.1", "translated"],
  ["64:ff9b::7f00:1", "translated"],
  ["64:ff9b::808:808", "translated"],
  ["64:ff9b:1::7f00:1", "translated"],
  ["100::1", "reserved"],
  ["2001::1", "translated"],
  ["2001:1::1", "reserved"],
  ["2001:2::1", "benchmarking"],
  ["2001:db8::1", "documentation"],
  ["2002:7f00:1::", "translated"],
  ["2002:808:808::", "translated"],
  ["3fff::1", "documentation"],
  ["4000::1", "reserved"],
  ["5f00::1", "reserved"],
  ["fc00::1", "private"],
  ["fd00:ec2::254", "private"],
  ["fe80::1", "link-local"],
  ["fec0::1", "private"],
  ["ff02::1", "multicast"],
];

const open = (
  "1.1.1.1 8.8.8.8 9.255.255.255 11.0.0.0 100.63.255.255 100.128.0.0 126.255.255.255 128.0.0.0 169.253.1.1 " +
  "172.15.255.255 172.32.0.0 192.0.1.1 192.167.1.1 192.169.1.1 198.17.255.255 198.20.0.0 223.255.255.255 " +
  "2001:200::1 2606:4700::1111 2a00:1450::1 3ffe::1"
).split(" ");

describe("what an address alone decides", () => {
  it.each(closed)("closes %s to * and to names: %s", (address, reason) => {
    const policy = policyOf(["*", "0.0.0.0/0", "[::/0]", "*.example.org:*"]);
    expect(verdict(policy, address)).toBe(reason);
    expect(verdict(policy, address, 443, NAME)).toBe(reason);
  });

  it.each(open)("leaves %s open to * and to names", (address) => {
    expect(verdict(policyOf(["*"]), address)).toBe("allowed");
    expect(verdict(policyOf(["*.example.org:443"]), address, 443, NAME)).toBe("allowed");
    expect(verdict(policyOf(["*.example.org:443"]), address)).toBe("no-rule");
  });

  it("allows nothing without a rule", () => {
    for (const address of open) expect(verdict(policyOf([]), address)).toBe("no-rule");
  });

  it("never allows through * what is not global unicast, or what hides it", () => {
    const policy = policyOf(["*"]);
    const first = fc.constantFrom(10, 127, 0, 224, 255);
    fc.assert(
      fc.property(first, fc.nat(255), fc.nat(255), fc.nat(255), (...quad) => {
        const [a, b, c, d] = quad;
        for (const text of [
          quad.join("."),
          `::ffff:${quad.join(".")}`,
          `64:ff9b::${quad.join(".")}`,
          `64:ff9b:1:${hex(a, b)}:${hex(0, c)}:${hex(d, 0)}::`,
          `2002:${hex(a, b)}:${hex(c, d)}::1`,
        ]) {
          expect(verdict(policy, text)).not.toBe("allowed");
        }
      }),
    );
  });

  it("refuses what is not an address", () => {
    for (const length of [0, 3, 5, 15, 17]) {
      const decision = policyOf(["*"]).judge(NAME, new Uint8Array(length), 443);
      expect(decision).toEqual({ allowed: false, refused: "not-an-address" });
    }
  });
});

describe("what a rule opens", () => {
  it("a range opens the special block that it lies in, for the ports that it names", () => {
    const policy = policyOf(["192.168.1.0/24:22", "10.0.0.0/8:*", "[fd00::/8]:*", "127.0.0.1:8080"]);
    expect(verdict(policy, "192.168.1.5", 22)).toBe("allowed");
    expect(verdict(policy, "192.168.1.5", 23)).toBe("no-rule");
    expect(verdict(policy, "192.168.2.5", 22)).toBe("private");
    expect(verdict(policy, "10.9.9.9", 1)).toBe("allowed");
    expect(verdict(policy, "fd00::1", 1)).toBe("allowed");
    expect(verdict(policy, "127.0.0.1", 8080)).toBe("allowed");
    expect(verdict(policy, "127.0.0.2", 8080)).toBe("loopback");
    expect(verdict(policy, "8.8.8.8", 22)).toBe("no-rule");
  });

  it("also for a name that resolves into it", () => {
    expect(verdict(policyOf(["192.168.1.0/24:22"]), "192.168.1.5", 22, NAME)).toBe("allowed");
  });

  it("a range wider than a special block does not open it", () => {
    expect(verdict(policyOf(["0.0.0.0/0"]), "10.0.0.1")).toBe("private");
    expect(verdict(policyOf(["172.0.0.0/8"]), "172.16.0.1")).toBe("private");
    expect(verdict(policyOf(["[::/0]"]), "fd00::1")).toBe("private");
    expect(verdict(policyOf(["[::/0]"]), "2606:4700::1111")).toBe("allowed");
  });

  it("a name opens no special address, whatever it resolves to (DNS rebinding)", () => {
    for (const rule of ["www.example.org:443", "*.example.org:443", "*"]) {
      expect(verdict(policyOf([rule]), "127.0.0.1", 443, NAME)).toBe("loopback");
      expect(verdict(policyOf([rule]), "192.168.1.1", 443, NAME)).toBe("private");
    }
  });

  it("IPv4 inside IPv6 stays closed unless it is open by itself too", () => {
    const nat64 = policyOf(["[64:ff9b::/96]:*"]);
    expect(verdict(nat64, "64:ff9b::808:808")).toBe("allowed");
    expect(verdict(nat64, "64:ff9b::7f00:1")).toBe("loopback");
    expect(verdict(policyOf(["[64:ff9b::/96]:*", "10.0.0.0/8:*"]), "64:ff9b::a00:1")).toBe("allowed");
    const local = policyOf(["[64:ff9b:1::/48]:*"]);
    expect(verdict(local, "64:ff9b:1::808:808")).toBe("allowed");
    expect(verdict(local, "64:ff9b:1::a00:1")).toBe("private");
    expect(verdict(local, "64:ff9b:1:a00:0:100::")).toBe("private");
    expect(verdict(local, "64:ff9b:1::")).toBe("unspecified");
    expect(verdict(policyOf(["[2002::/16]:*"]), "2002:a00:1::1")).toBe("private");
    // A Teredo client 127.0.0.1 is written with every bit turned over.
    expect(verdict(policyOf(["[2001::/32]:*"]), "2001:0:808:808::80ff:fffe")).toBe("loopback");
    expect(verdict(policyOf(["[::ffff:0:0/96]:*"]), "::ffff:127.0.0.1")).toBe("loopback");
  });

  it("a port that no rule names is told apart from an address that none does", () => {
    const judge = (allow: string[], text: string, port: number, name?: string): unknown => {
      const target: Target = name === undefined ? { kind: "address", address: octets(text) } : { kind: "domain", name };
      return policyOf(allow).judge(target, octets(text), port);
    };
    const forPort = { allowed: false, refused: "no-rule", isForPort: true };
    expect(judge(["192.168.1.0/24:22,80"], "192.168.1.1", 8080)).toEqual(forPort);
    expect(judge(["*:443"], "8.8.8.8", 80)).toEqual(forPort);
    expect(judge(["*.example.org:443"], "8.8.8.8", 80, "www.example.org")).toEqual(forPort);
    expect(judge(["*.example.org:443"], "8.8.8.8", 80, "www.example.net")).toEqual({
      allowed: false,
      refused: "no-rule",
    });
    expect(judge(["192.168.1.0/24:22"], "192.168.2.1", 22)).toEqual({ allowed: false, refused: "private" });
    expect(judge(["0.0.0.0/0:22"], "192.168.2.1", 80)).toEqual({ allowed: false, refused: "private" });
    const named: Target = { kind: "domain", name: "www.example.org" };
    expect(policyOf(["*.example.org:443"]).judgeTarget(named, 80)).toEqual(forPort);
  });

  it("an IPv4-mapped address is the IPv4 address, in a rule and in a request", () => {
    expect(verdict(policyOf(["10.77.3.0/24"]), "::ffff:10.77.3.2")).toBe("allowed");
    expect(verdict(policyOf(["[::ffff:10.77.3.0/120]"]), "10.77.3.2")).toBe("allowed");
    expect(verdict(policyOf(["*"], ["10.77.3.2"]), "::ffff:10.77.3.2")).toBe("denied-by-rule");
    expect(verdict(policyOf(["[::/0]"]), "::ffff:8.8.8.8")).toBe("no-rule");
  });

  it("the IPv6 loopback opens by its own rule", () => {
    expect(verdict(policyOf(["[::1]:80"]), "::1", 80)).toBe("allowed");
  });

  it("deny wins, by name, by range and inside IPv6", () => {
    expect(verdict(policyOf(["*"], ["*.example.org"]), "8.8.8.8", 443, NAME)).toBe("denied-by-rule");
    expect(verdict(policyOf(["*"], ["8.8.8.0/24:443"]), "8.8.8.8", 443, NAME)).toBe("denied-by-rule");
    expect(verdict(policyOf(["*"], ["8.8.8.0/24:443"]), "8.8.8.8", 80, NAME)).toBe("allowed");
    expect(verdict(policyOf(["10.0.0.1"], ["10.0.0.0/8"]), "10.0.0.1")).toBe("denied-by-rule");
    expect(verdict(policyOf(["[64:ff9b::/96]"], ["8.8.8.8"]), "64:ff9b::808:808")).toBe("denied-by-rule");
  });

  it("port 25 needs a rule that names it", () => {
    expect(verdict(policyOf(["*"]), "8.8.8.8", 25)).toBe("mail-port");
    expect(verdict(policyOf(["*:1-1024"]), "8.8.8.8", 25)).toBe("mail-port");
    expect(verdict(policyOf(["*:25,587"]), "8.8.8.8", 25)).toBe("allowed");
  });
});

describe("what is the node's own", () => {
  const own = {
    addresses: [octets("198.41.0.4"), octets("192.168.1.9"), octets("2606::9"), octets("127.0.0.1")],
    ports: [1080],
  };

  it("refuses its own addresses unless a rule names just this one", () => {
    expect(verdict(policyOf(["*"], [], own), "198.41.0.4")).toBe("own-address");
    expect(verdict(policyOf(["*"], [], own), "2606::9")).toBe("own-address");
    expect(verdict(policyOf(["*"], [], own), "198.41.0.5")).toBe("allowed");
    expect(verdict(policyOf(["192.168.1.0/24"], [], own), "192.168.1.9")).toBe("own-address");
    expect(verdict(policyOf(["192.168.1.9"], [], own), "192.168.1.9")).toBe("allowed");
    expect(verdict(policyOf(["*", "[64:ff9b::/96]"], [], own), "64:ff9b::c629:4")).toBe("own-address");
  });

  it("refuses its own listeners at any local address unless a rule names address and port", () => {
    const wide = policyOf(["127.0.0.0/8:*", "127.0.0.1:*", "0.0.0.0/8:*", "198.41.0.4:*"], [], own);
    expect(verdict(wide, "127.0.0.1", 1080)).toBe("own-listener");
    expect(verdict(wide, "127.3.2.1", 1080)).toBe("own-listener");
    expect(verdict(wide, "0.0.0.0", 1080)).toBe("own-listener");
    expect(verdict(wide, "198.41.0.4", 1080)).toBe("own-listener");
    expect(verdict(wide, "127.0.0.1", 1081)).toBe("allowed");
    expect(verdict(policyOf(["127.0.0.1:1080"], [], own), "127.0.0.1", 1080)).toBe("allowed");
  });

  it("takes a change of addresses", () => {
    const policy = policyOf(["*"]);
    expect(verdict(policy, "198.41.0.4")).toBe("allowed");
    policy.setOwn(own);
    expect(verdict(policy, "198.41.0.4")).toBe("own-address");
  });
});

describe("whether to resolve at all", () => {
  it.each([
    [[], [], "no-rule"],
    [["*.example.org:443"], [], "allowed"],
    [["*.example.org:80"], [], "no-rule"],
    [["*.example.net"], [], "no-rule"],
    [["10.0.0.0/8:443"], [], "allowed"],
    [["10.0.0.0/8:22"], [], "no-rule"],
    [["*"], ["www.example.org"], "denied-by-rule"],
  ])("allow %j, deny %j: %s", (allow, deny, expected) => {
    const decision = policyOf(allow, deny).judgeTarget(NAME, 443);
    expect(decision.allowed ? "allowed" : decision.refused).toBe(expected);
  });
});

describe("rules that are for some", () => {
  it("are kept for 1,024 different choices of them, and chosen each time beyond, rightly", () => {
    const roles = Array.from({ length: 11 }, (_, bit) => `r${bit}`);
    const allow = patterns(roles.map((_, bit) => `10.${bit}.0.0/16`)).map((pattern, bit) => {
      const from = parseWhoPattern(`role:r${bit}`);
      if ("error" in from) throw new Error(from.error);
      return { ...pattern, from: [from] };
    });
    const policy = new EgressPolicy({ allow, deny: [] });
    const rolesOf = (n: number): string[] => roles.filter((_, bit) => ((n >> bit) & 1) === 1);
    const viewOf = (n: number): EgressPolicy => policy.for({ node: "anna", roles: rolesOf(n) });
    const views = Array.from({ length: VIEWS_MAX }, (_, n) => viewOf(n));
    expect(views.every((view, n) => viewOf(n) === view)).toBe(true);
    const beyond = viewOf(VIEWS_MAX);
    expect(viewOf(VIEWS_MAX)).not.toBe(beyond);
    // 1,024 is bit 10 alone.
    expect([verdict(beyond, "10.10.0.1"), verdict(beyond, "10.9.0.1")]).toEqual(["allowed", "private"]);
    expect(viewOf(VIEWS_MAX - 1)).toBe(views.at(-1));
  });
});
