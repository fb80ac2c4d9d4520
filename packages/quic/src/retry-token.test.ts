import { describe, expect, it } from "vitest";
import { RecentInitials } from "./recent-initials.ts";
import { RETRY_TOKEN_LIFE_SECONDS, RetryTokens } from "./retry-token.ts";

const tokens = new RetryTokens(new Uint8Array(32).fill(1));
const peer = new Uint8Array(32).fill(2);
const original = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9);
const source = new Uint8Array(8).fill(3);
const now = 1_800_000_000;

describe("retry token", () => {
  const token = tokens.mint(peer, original, source, now);

  it("gives back the original destination for its whole life, and no longer", () => {
    expect(tokens.check(token, peer, source, now)).toEqual(original);
    expect(tokens.check(token, peer, source, now + RETRY_TOKEN_LIFE_SECONDS)).toEqual(original);
    expect(tokens.check(token, peer, source, now + RETRY_TOKEN_LIFE_SECONDS + 1)).toBeUndefined();
    expect(tokens.check(token, peer, source, now - 1)).toBeUndefined();
  });

  it("is worth nothing to another peer, for another id, or under another key", () => {
    expect(tokens.check(token, new Uint8Array(32), source, now)).toBeUndefined();
    expect(tokens.check(token, peer, new Uint8Array(8), now)).toBeUndefined();
    expect(new RetryTokens(new Uint8Array(32)).check(token, peer, source, now)).toBeUndefined();
  });

  it("is worth nothing with an octet changed, or in part", () => {
    for (let at = 0; at < token.length; at += 1) {
      const changed = token.slice();
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect(tokens.check(changed, peer, source, now)).toBeUndefined();
      expect(tokens.check(token.subarray(0, at), peer, source, now)).toBeUndefined();
    }
  });
});

describe("recent initials", () => {
  it("knows an Initial while its envelope is fresh", () => {
    const recent = new RecentInitials();
    expect(recent.add(1, now)).toBe(true);
    expect(recent.add(1, now + 600)).toBe(false);
    expect(recent.add(2, now + 601)).toBe(true);
    expect(recent.add(1, now + 601)).toBe(true);
  });

  it("forgets the oldest beyond its bound", () => {
    const recent = new RecentInitials();
    for (let key = 0; key <= 4096; key += 1) recent.add(key, now);
    expect(recent.add(4096, now)).toBe(false);
    expect(recent.add(0, now)).toBe(true);
  });
});
