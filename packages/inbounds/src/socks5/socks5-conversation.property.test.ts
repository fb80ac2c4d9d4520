import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Request } from "@flor/flows";
import type { Target } from "@flor/wire";
import { addressRequest, credentials, domainRequest, greeting, segment } from "./client-messages.testing.ts";
import { converse, type Conversation, receive, type Socks5Options } from "./conversation.testing.ts";
import { Users } from "../users.ts";

/** Credentials of 255 and 255 octets without their last one. */
const LONGEST_INCOMPLETE_OCTETS = 512;

const users = new Users(new Map([["alice", "wonderland"]]));
const payload = Uint8Array.from({ length: 9 }, (_, index) => 0xf0 + index);
const login = credentials("alice", "wonderland");

/** Whole conversations by name: what the client sends in all, to a listener with these options. */
const conversations: readonly (readonly [string, Socks5Options, Uint8Array])[] = [
  ["a domain", {}, segment(greeting(0), domainRequest("example.org"), payload)],
  ["an IPv4 address", {}, segment(greeting(1, 2, 0), addressRequest([127, 0, 0, 1]), payload)],
  ["an IPv6 address", {}, segment(greeting(0, 0), addressRequest(Array<number>(16).fill(1)), payload)],
  ["a user", { users }, segment(greeting(0, 2), login, domainRequest("[::1]"), payload)],
  ["a wrong password", { users }, segment(greeting(2), credentials("alice", "x"), domainRequest("a"), payload)],
  ["no acceptable method", { users }, segment(greeting(0), domainRequest("a"), payload)],
  ["a request in place of credentials", { users }, segment(greeting(2), domainRequest("a"), payload)],
  ["credentials that were not asked for", {}, segment(greeting(0, 2), login, domainRequest("a"))],
  ["BIND", {}, segment(greeting(0), addressRequest([0, 0, 0, 0], { command: 2 }), payload)],
  ["an unknown address type", {}, segment(greeting(0), addressRequest([1, 2, 3, 4], { addressType: 2 }), payload)],
  ["a malformed domain", {}, segment(greeting(0), domainRequest("a b"), payload)],
  ["port 0", {}, segment(greeting(0), domainRequest("a", { port: 0 }), payload)],
  ["HTTP", {}, Uint8Array.from("GET / HTTP/1.1\r\n\r\n", (character) => character.charCodeAt(0))],
  ["SOCKS4", {}, Uint8Array.of(4, 1, 0, 80, 127, 0, 0, 1, 0)],
];

interface Outcome {
  readonly sent: string;
  readonly requests: readonly Pick<Request, "destination" | "user">[];
  readonly closes: readonly string[];
}

function outcomeOf({ sent, requests, closes }: Conversation): Outcome {
  const asked = requests.map(({ destination, user }) => ({ destination, user }));
  return { sent: sent.join(""), requests: asked, closes };
}

function splitAt(octets: Uint8Array, positions: readonly number[]): Uint8Array[] {
  const cuts = [0, ...positions.map((position) => position % (octets.length + 1)), octets.length];
  cuts.sort((a, b) => a - b);
  return cuts.slice(1).map((end, index) => octets.subarray(cuts[index], end));
}

/** Octets that get further than random ones: parts of messages, cut, changed and recombined. */
const hostileOctets: fc.Arbitrary<Uint8Array> = fc
  .array(
    fc.oneof(
      fc.constantFrom(greeting(0), greeting(2), greeting(0, 2), login, domainRequest("example.org"), payload),
      fc.uint8Array({ maxLength: 40 }),
      fc
        .tuple(fc.constantFrom(login, domainRequest("[::1]"), addressRequest([1, 2, 3, 4])), fc.nat(30), fc.nat(255))
        .map(([message, at, octet]) => message.with(at % message.length, octet)),
    ),
    { maxLength: 6 },
  )
  .map((parts) => segment(...parts));

describe("a SOCKS5 conversation, whatever comes", () => {
  it.each(conversations)("every split of %s gives the same result", (_, options, octets) => {
    const whole = outcomeOf(converse(options, octets));
    for (let cut = 0; cut <= octets.length; cut++)
      expect(outcomeOf(converse(options, octets.subarray(0, cut), octets.subarray(cut)))).toEqual(whole);
    const single = Array.from(octets, (octet) => Uint8Array.of(octet));
    expect(outcomeOf(converse(options, ...single))).toEqual(whole);
    fc.assert(
      fc.property(fc.array(fc.nat(1000), { maxLength: 8 }), (positions) => {
        expect(outcomeOf(converse(options, ...splitAt(octets, positions)))).toEqual(whole);
      }),
    );
  });

  it.each(conversations)("every prefix of %s is a beginning of the same result", (_, options, octets) => {
    const whole = outcomeOf(converse(options, octets));
    for (let length = 0; length <= octets.length; length++) {
      const prefix = outcomeOf(converse(options, octets.subarray(0, length)));
      expect(whole.sent.startsWith(prefix.sent)).toBe(true);
      expect(whole.requests.slice(0, prefix.requests.length)).toEqual(prefix.requests);
      expect(whole.closes.slice(0, prefix.closes.length)).toEqual(prefix.closes);
    }
  });

  it("10,000 hostile inputs: no throw, one request at most, one close at most, nothing held beyond a message", () => {
    fc.assert(
      fc.property(hostileOctets, fc.array(fc.nat(1000), { maxLength: 4 }), fc.boolean(), (octets, cuts, hasUsers) => {
        const conversation = converse(hasUsers ? { users } : {});
        for (const read of splitAt(octets, cuts)) {
          receive(conversation, read);
          expect(conversation.server.heldOctets).toBeLessThanOrEqual(LONGEST_INCOMPLETE_OCTETS);
        }
        expect(faultsOf(conversation, octets, hasUsers)).toEqual([]);
      }),
      { numRuns: 10_000 },
    );
  });

  it("10,000 random inputs in the state of a request: the same", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 600 }), (octets) => {
        const conversation = converse({}, greeting(0), octets);
        expect(faultsOf(conversation, segment(greeting(0), octets), false)).toEqual([]);
      }),
      { numRuns: 10_000 },
    );
  });

  it("a client that sends without end, in any step, is held to the bounds", () => {
    const starts = [
      [],
      [greeting(0)],
      [greeting(0), domainRequest("a")],
      [greeting(0), domainRequest("a", { port: 0 })],
    ];
    for (const filler of [0x00, 0x05, 0xff]) {
      for (const start of starts) {
        const conversation = converse({}, ...start);
        for (let read = 0; read < 20; read++) receive(conversation, new Uint8Array(60_000).fill(filler));
        expect(conversation.server.heldOctets).toBeLessThanOrEqual(LONGEST_INCOMPLETE_OCTETS);
        expect(conversation.sent.length).toBeLessThanOrEqual(2);
      }
    }
  });
});

/** What is wrong with what came out of a server that was sent `octets`; nothing, it is hoped. */
function faultsOf({ server, requests, closes, sent }: Conversation, octets: Uint8Array, hasUsers: boolean): string[] {
  const faults: string[] = [];
  if (requests.length > 1) faults.push(`${requests.length} requests`);
  if (closes.length > 1) faults.push(`${closes.length} closes`);
  if (sent.length > 3) faults.push(`${sent.length} transmits`);
  if (server.heldOctets > LONGEST_INCOMPLETE_OCTETS) faults.push(`${server.heldOctets} octets held`);
  for (const { destination, user, early } of requests) {
    if (early.length > octets.length) faults.push(`${early.length} octets of payload`);
    if (user !== (hasUsers ? "alice" : undefined)) faults.push(`user ${user}`);
    if (destination.port < 1 || destination.port > 65_535) faults.push(`port ${destination.port}`);
    if (!isWellFormed(destination.target)) faults.push(`target ${JSON.stringify(destination.target)}`);
  }
  return faults;
}

function isWellFormed(target: Target): boolean {
  return target.kind === "domain" ? /^[!-~]{1,255}$/.test(target.name) : [4, 16].includes(target.address.length);
}
