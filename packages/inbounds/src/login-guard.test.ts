import { describe, expect, it } from "vitest";
import { LoginGuard, type LoginPlace } from "./login-guard.ts";

const ATTACKER = "203.0.113.9";
const stay = (): void => undefined;

/** Guesses as fast as the guard lets it, and returns how many it had. */
function guessesWithin(guard: LoginGuard, from: string, start: number, ms: number): number {
  let guesses = 0;
  for (let now = start; now < start + ms; now += 1) {
    const place = guard.enter(from, now, stay);
    if (typeof place === "number") continue;
    guesses += 1;
    place.leave("failed", now);
  }
  return guesses;
}

describe("a guard of passwords", () => {
  it("lets a source guess once a second after a few mistakes", () => {
    const guard = new LoginGuard();
    expect(guessesWithin(guard, ATTACKER, 0, 30_000)).toBeLessThanOrEqual(6 + 30);
    expect(guessesWithin(guard, ATTACKER, 30_000, 30_000)).toBeLessThanOrEqual(30);
  });

  it("takes the addresses of one IPv6 network for one source, and lets other sources alone", () => {
    const guard = new LoginGuard();
    for (let host = 0; host < 10; host += 1) guessesWithin(guard, `2001:db8::${host.toString(16)}`, host, 1);
    expect(guard.enter("2001:db8::ffff", 20, stay)).toBeTypeOf("number");
    expect(guard.enter("2001:db8:0:1::1", 20, stay)).toBeTypeOf("object");
    expect(guard.enter("192.0.2.1", 20, stay)).toBeTypeOf("object");
  });

  it("does not slow who knows the password, however often it comes", () => {
    const guard = new LoginGuard();
    for (let count = 0; count < 1000; count += 1) {
      const place = guard.enter("192.0.2.1", 0, stay);
      expect(place).toBeTypeOf("object");
      if (typeof place === "object") place.leave("other", 0);
    }
    expect(guard.size).toBe(0);
  });

  it("lets a source have 64 clients without a password at once, so that they cannot all fail together", () => {
    const guard = new LoginGuard();
    const letGo: number[] = [];
    const places = Array.from({ length: 100 }, (_, index) => guard.enter(ATTACKER, 0, () => letGo.push(index)));
    // Those that were silent longest make room: who comes with a password is not kept out.
    expect(places.every((place) => typeof place === "object")).toBe(true);
    expect(letGo).toEqual(Array.from({ length: 36 }, (_, index) => index));
    for (const place of places as LoginPlace[]) place.leave("other", 0);
    expect(guard.size).toBe(0);
  });

  it("forgets a source a minute after its last failure, and remembers 4,096", () => {
    const guard = new LoginGuard();
    guessesWithin(guard, ATTACKER, 0, 10_000);
    expect(guard.enter(ATTACKER, 10_001, stay)).toBeTypeOf("number");
    expect(guessesWithin(guard, ATTACKER, 80_000, 3)).toBe(3);
    for (let index = 0; index < 10_000; index += 1)
      guessesWithin(guard, `10.${index >> 8}.${index & 255}.1`, 90_000, 1);
    expect(guard.size).toBe(4096);
  });
});
