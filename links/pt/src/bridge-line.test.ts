import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { encodeSocksArguments, formatBridgeLine, parseBridgeLine } from "./bridge-line.ts";

const key = fc.stringMatching(/^[a-z][a-z0-9-]{0,15}$/);
const value = fc.stringMatching(/^[!-~]{0,60}$/);
const args = fc
  .uniqueArray(fc.tuple(key, value), { maxLength: 4, selector: ([name]) => name })
  .map((list) => new Map(list));

describe("a bridge line", () => {
  it("is read as it is written", () => {
    fc.assert(
      fc.property(args, (map) => {
        const line = formatBridgeLine("198.51.100.7:9443", map);
        expect(parseBridgeLine(line, "obfs4")).toEqual({ host: "198.51.100.7", port: 9443, args: map });
        expect(parseBridgeLine(`obfs4 ${line}`, "obfs4")).toEqual({ host: "198.51.100.7", port: 9443, args: map });
      }),
    );
  });

  it("asks for a host where the transport listens everywhere", () => {
    expect(formatBridgeLine("0.0.0.0:9443", new Map([["cert", "x"]]))).toBe("HOST:9443 cert=x");
    expect(formatBridgeLine("[::]:9443", new Map())).toBe("HOST:9443");
  });

  it.each(["", "obfs4", "198.51.100.7", "198.51.100.7:99999", "198.51.100.7:1 cert", "198.51.100.7:1 =x", "a b:1"])(
    "is none: %j",
    (text) => {
      expect(parseBridgeLine(text, "obfs4")).toBeUndefined();
    },
  );
});

describe("the arguments of a connection", () => {
  it("stand in the user name, and a NUL in the password", () => {
    expect(
      encodeSocksArguments(
        new Map([
          ["cert", "a=b;c\\d"],
          ["iat-mode", "0"],
        ]),
      ),
    ).toEqual({
      userId: String.raw`cert=a\=b\;c\\d;iat-mode=0`,
      password: "\0",
    });
    expect(encodeSocksArguments(new Map())).toBeUndefined();
  });

  it("go on in the password after 255 octets, and are refused after 510", () => {
    const fits = encodeSocksArguments(new Map([["k", "v".repeat(300)]]));
    expect(fits).toEqual({ userId: `k=${"v".repeat(253)}`, password: "v".repeat(47) });
    expect(() => encodeSocksArguments(new Map([["k", "v".repeat(509)]]))).toThrow("longer than SOCKS can carry");
    expect(() => encodeSocksArguments(new Map([["k", "ä"]]))).toThrow("plain ASCII");
  });
});
