import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { endpointOf } from "./ip-endpoint.ts";
import { decodeNetlink, encodeLinkQuestion, encodeRouteQuestion, sequenceOf } from "./netlink.ts";

const ADDRESS = endpointOf("192.0.2.9", 4600)!;
const ADDRESS6 = endpointOf("2001:db8::9", 4600)!;
const FROM = { words: [0, 0, 0xffff, 0xc000_0201], scope: 0 } as const;

const NEWLINK = 16;
const DELLINK = 17;
const NEWADDR = 20;
const NEWROUTE = 24;

function message(type: number, body: readonly number[], length = 16 + body.length): number[] {
  return [length & 0xff, length >> 8, 0, 0, type, 0, 0, 0, 7, 0, 0, 0, 0, 0, 0, 0, ...body];
}

function link(index: number, flags: number): number[] {
  return [0, 0, 1, 0, index, 0, 0, 0, flags & 0xff, (flags >> 8) & 0xff, (flags >> 16) & 0xff, 0, 0, 0, 0, 0];
}

function route(...attributes: number[]): number[] {
  return [2, 32, 0, 0, 254, 0, 0, 1, 0, 0, 0, 0, ...attributes];
}

function decode(...octets: number[]): ReturnType<typeof decodeNetlink> {
  return decodeNetlink(Uint8Array.from(octets), octets.length);
}

describe("netlink", () => {
  it("tells of an interface that is up with its carrier, without it, down, and gone", () => {
    expect(decode(...message(NEWLINK, link(3, 0x1_1043)))).toEqual([{ kind: "link", index: 3, carries: true }]);
    expect(decode(...message(NEWLINK, link(3, 0x1003)))).toEqual([{ kind: "link", index: 3, carries: false }]);
    expect(decode(...message(NEWLINK, link(3, 0x1_1042)))).toEqual([{ kind: "link", index: 3, carries: false }]);
    expect(decode(...message(DELLINK, link(3, 0x1_1043)))).toEqual([{ kind: "link", index: 3, carries: false }]);
  });

  it("tells nothing of an interface that left a bridge, and is still there", () => {
    const [, ...rest] = link(3, 0x1_1043);
    expect(decode(...message(DELLINK, [7, ...rest]))).toEqual([]);
  });

  it("tells by which interface a route goes, if it names one", () => {
    const oif = [8, 0, 4, 0, 5, 0, 0, 0];
    expect(decode(...message(NEWROUTE, route(8, 0, 1, 0, 192, 0, 2, 9, ...oif)))).toEqual([
      { kind: "route", index: 5 },
    ]);
    expect(decode(...message(NEWROUTE, route()))).toEqual([{ kind: "route", index: 0 }]);
  });

  it("tells why there is no answer", () => {
    expect(decode(...message(2, [155, 0xff, 0xff, 0xff]))).toEqual([{ kind: "error", errno: 101 }]);
    expect(decode(...message(2, [0, 0, 0, 0])), "an acknowledgement").toEqual([]);
  });

  it("takes several messages of one datagram, padded to four octets", () => {
    const padded = [...message(NEWADDR, [1]), 0, 0, 0];
    expect(decode(...padded, ...message(NEWLINK, link(2, 0x1_0001)))).toEqual([
      { kind: "other" },
      { kind: "link", index: 2, carries: true },
    ]);
  });

  it("leaves out what is cut off, and lengths that lead beyond the end or nowhere", () => {
    const whole = message(NEWLINK, link(3, 0x1_1043));
    for (let end = 0; end < whole.length; end += 1) expect(decode(...whole.slice(0, end))).toEqual([]);
    expect(decode(...message(NEWLINK, link(3, 1), 15))).toEqual([]);
    expect(decode(...message(NEWLINK, link(3, 1), 0))).toEqual([]);
    expect(decode(...message(NEWLINK, link(3, 1), 65_535))).toEqual([]);
    expect(decode(...message(NEWLINK, [0, 0, 1, 0]))).toEqual([]);
    expect(decode(...message(2, [1]))).toEqual([]);
    expect(decode(...message(NEWROUTE, [2, 32]))).toEqual([]);
  });

  it("does not follow attributes that are too short or too long", () => {
    for (const attribute of [
      [0, 0, 4, 0, 5, 0, 0, 0],
      [3, 0, 4, 0, 5, 0, 0, 0],
      [6, 0, 4, 0, 5, 0],
      [9, 0, 4, 0, 5, 0, 0, 0],
      [8, 0, 4],
    ])
      expect(decode(...message(NEWROUTE, route(...attribute)))).toEqual([{ kind: "route", index: 0 }]);
  });

  it("never throws, and never reads beyond the end, whatever comes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(400), (octets, end) => {
        const whole = decodeNetlink(octets, end);
        const copy = octets.slice(0, end);
        expect(decodeNetlink(copy, copy.length)).toEqual(whole);
      }),
    );
    fc.assert(
      fc.property(
        fc.constantFrom(2, NEWLINK, DELLINK, NEWROUTE),
        fc.array(fc.nat(255), { maxLength: 64 }),
        (type, body) => {
          expect(decode(...message(type, body)).length).toBeLessThanOrEqual(1);
        },
      ),
    );
  });

  it("asks for the route to an IPv4 or IPv6 address, from a given source address", () => {
    const question = encodeRouteQuestion(ADDRESS, FROM, 9);
    const header = [44, 0, 0, 0, 26, 0, 1, 0, 9, 0, 0, 0, 0, 0, 0, 0];
    const body = [2, 32, 32, 0, 0, 0, 0, 0, 0, 0, 0, 0];
    const addresses = [8, 0, 1, 0, 192, 0, 2, 9, 8, 0, 2, 0, 192, 0, 2, 1];
    expect([...question]).toEqual([...header, ...body, ...addresses]);
    expect(sequenceOf(question, question.length)).toBe(9);
    expect(encodeRouteQuestion(ADDRESS6, undefined, 9)).toHaveLength(16 + 12 + 20);
    expect(encodeRouteQuestion({ ...ADDRESS6, scope: 4 }, undefined, 9).slice(-8)).toEqual(
      Uint8Array.of(8, 0, 4, 0, 4, 0, 0, 0),
    );
    expect(encodeLinkQuestion(5, 1).slice(20, 24)).toEqual(Uint8Array.of(5, 0, 0, 0));
    expect(sequenceOf(question, 15)).toBe(-1);
  });
});
