import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeProxyLine } from "./proxy-line.ts";

describe("a line of a pluggable transport", () => {
  it.each([
    ["VERSION 1", { type: "version", version: "1" }],
    [
      "CMETHOD obfs4 socks5 127.0.0.1:40123",
      { type: "client-method", transport: "obfs4", socks: 5, address: "127.0.0.1:40123" },
    ],
    [
      "CMETHOD trebuchet socks4 127.0.0.1:19999",
      { type: "client-method", transport: "trebuchet", socks: 4, address: "127.0.0.1:19999" },
    ],
    ["CMETHODS DONE", { type: "done" }],
    ["SMETHODS DONE", { type: "done" }],
    [
      "SMETHOD trebuchet 198.51.100.1:19999",
      { type: "server-method", transport: "trebuchet", address: "198.51.100.1:19999", args: new Map() },
    ],
    ["LOG SEVERITY=warning MESSAGE=hm", { type: "log", text: "SEVERITY=warning MESSAGE=hm" }],
  ])("%s", (line, expected) => {
    expect(decodeProxyLine(line)).toEqual(expected);
  });

  it("names a server's arguments, with what is escaped in them", () => {
    const line = String.raw`SMETHOD obfs4 [::]:9443 DECLARE:x ARGS:cert=a+b/c==,iat-mode=0,odd\,key=v\\al\=ue`;
    expect(decodeProxyLine(line)).toEqual({
      type: "server-method",
      transport: "obfs4",
      address: "[::]:9443",
      args: new Map([
        ["cert", "a+b/c=="],
        ["iat-mode", "0"],
        ["odd,key", String.raw`v\al=ue`],
      ]),
    });
  });

  it.each([
    ["ENV-ERROR no TOR_PT_STATE_LOCATION", "something is missing in its environment: no TOR_PT_STATE_LOCATION"],
    ["VERSION-ERROR no-version", "it does not speak version 1 of the managed proxy protocol: no-version"],
    ["CMETHOD-ERROR obfs4 no rng", "it cannot be a client: obfs4 no rng"],
    [
      "SMETHOD-ERROR obfs4 listen tcp :443: bind: permission denied",
      "it cannot be a server: obfs4 listen tcp :443: bind: permission denied",
    ],
    ["CMETHOD obfs4 http 127.0.0.1:1", "it listens by http, not by socks4 or socks5"],
    ["SMETHOD obfs4", "it does not say where it listens"],
  ])("says what is wrong: %s", (line, reason) => {
    expect(decodeProxyLine(line)).toEqual({ type: "error", reason });
  });

  it("is skipped when nobody knows it", () => {
    for (const line of ["", "HELLO", "CMETHODS", "cmethod obfs4 socks5 127.0.0.1:1"])
      expect(decodeProxyLine(line)).toBeUndefined();
  });

  it("never throws, whatever it is", () => {
    const word = fc.constantFrom(
      "CMETHOD",
      "SMETHOD",
      "ARGS:",
      "VERSION",
      "LOG",
      "obfs4",
      "socks5",
      "\\",
      ",",
      "=",
      " ",
    );
    const line = fc
      .array(fc.oneof(word, fc.string({ maxLength: 8 })), { maxLength: 12 })
      .map((words) => words.join(""));
    fc.assert(
      fc.property(line, (text) => {
        const decoded = decodeProxyLine(text);
        return decoded === undefined || typeof decoded.type === "string";
      }),
      { numRuns: 10_000 },
    );
  });
});
