import { describe, expect, it } from "vitest";
import { addressRequest, credentials, domainRequest, greeting, segment } from "./client-messages.testing.ts";
import { converse } from "./conversation.testing.ts";
import { Users } from "../users.ts";

const NO_ACCEPTABLE = "05ff";
const NO_AUTHENTICATION = "0500";
const USERNAME_PASSWORD = "0502";
const AUTHENTICATED = "0100";
const DENIED = "0101";

const users = new Users(new Map([["alice", "wonderland"]]));
const longest = "x".repeat(255);

describe("greeting (cases 1-6)", () => {
  it.each([0x00, 0x01, 0x03, 0x06, 0xff])("1: version %i closes and says nothing", (version) => {
    const { sent, closes } = converse({}, Uint8Array.of(version, 1, 0));
    expect({ sent, closes }).toEqual({ sent: [], closes: ["version-unsupported"] });
  });

  it("1: a SOCKS4 client is told in its own protocol that it is rejected", () => {
    const socks4Connect = Uint8Array.of(4, 1, 0, 80, 127, 0, 0, 1, 0);
    const { sent, closes } = converse({}, socks4Connect);
    expect({ sent, closes }).toEqual({ sent: ["005b000000000000"], closes: ["socks4-client"] });
  });

  it("1: a TLS ClientHello is named as one", () => {
    expect(converse({}, Uint8Array.of(0x16, 3, 1, 0, 0xf4)).closes).toEqual(["tls-client"]);
  });

  it.each(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "CONNECT", "TRACE"])(
    "1: an HTTP client that sends %s is told by HTTP what this port is",
    (method) => {
      const octets = Uint8Array.from(`${method} / HTTP/1.1\r\nHost: a\r\n\r\n`, (c) => c.charCodeAt(0));
      const { sent, closes, requests } = converse({}, octets);
      expect(closes).toEqual(["http-client"]);
      expect(requests).toEqual([]);
      const [head = "", body = ""] = Uint8Array.fromHex(sent.join("")).reduce(asText, "").split("\r\n\r\n");
      expect(head).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
      expect(head).toContain(`Content-Length: ${body.length}`);
      expect(body).toContain("SOCKS5");
    },
  );

  it("2: no methods at all are answered FF and closed", () => {
    const { sent, closes } = converse({}, greeting());
    expect({ sent, closes }).toEqual({ sent: [NO_ACCEPTABLE], closes: ["method-not-acceptable"] });
  });

  it("3: among 255 methods the acceptable one is found in the last place", () => {
    const others = Array.from({ length: 254 }, (_, index) => index + 1);
    expect(converse({}, greeting(...others, 0)).sent).toEqual([NO_AUTHENTICATION]);
    const withoutPassword = Array.from({ length: 254 }, (_, index) => (index === 2 ? 0 : index));
    expect(converse({ users }, greeting(...withoutPassword, 2)).sent).toEqual([USERNAME_PASSWORD]);
  });

  it.each([
    ["GSSAPI alone, no users", {}, greeting(1)],
    ["no authentication, where users are required", { users }, greeting(0)],
    ["everything but a password, where users are required", { users }, greeting(0, 1, 3, 0xff)],
    ["FF itself", {}, greeting(0xff)],
  ])("4: %s: answered FF and closed", (_, options, octets) => {
    const { sent, closes } = converse(options, octets);
    expect({ sent, closes }).toEqual({ sent: [NO_ACCEPTABLE], closes: ["method-not-acceptable"] });
  });

  it("4: nothing that follows a refusal is looked at", () => {
    const { sent, requests, closes } = converse({ users }, greeting(0), addressRequest([127, 0, 0, 1]));
    expect({ sent, requests, closes }).toEqual({
      sent: [NO_ACCEPTABLE],
      requests: [],
      closes: ["method-not-acceptable"],
    });
  });

  it("5: duplicate methods are one", () => {
    expect(converse({}, greeting(0, 0, 0)).sent).toEqual([NO_AUTHENTICATION]);
    expect(converse({ users }, greeting(2, 2, 0, 2)).sent).toEqual([USERNAME_PASSWORD]);
  });

  it("6: octets one by one are a greeting as well", () => {
    const octets = Array.from(greeting(1, 2, 0), (octet) => Uint8Array.of(octet));
    expect(converse({}, ...octets).sent).toEqual([NO_AUTHENTICATION]);
  });
});

describe("credentials (cases 7-14)", () => {
  it("the right password is let in, and the request names the user", () => {
    const { sent, requests, closes } = converse(
      { users },
      greeting(0, 2),
      credentials("alice", "wonderland"),
      domainRequest("example.org"),
    );
    expect({ sent, closes }).toEqual({ sent: [USERNAME_PASSWORD, AUTHENTICATED], closes: [] });
    expect(requests.map(({ user }) => user)).toEqual(["alice"]);
  });

  it.each([
    ["7: version 05", credentials("alice", "wonderland", 5)],
    ["12: sub-negotiation version 02", credentials("alice", "wonderland", 2)],
    ["7: version 00", credentials("alice", "wonderland", 0)],
  ])("%s is denied and closed", (_, octets) => {
    const { sent, closes } = converse({ users }, greeting(2), octets);
    expect({ sent, closes }).toEqual({ sent: [USERNAME_PASSWORD, DENIED], closes: ["authentication-malformed"] });
  });

  it.each([
    ["8: a user name of no octets", "", "wonderland"],
    ["9: a password of no octets", "alice", ""],
    ["8, 9: both of no octets", "", ""],
    ["11: a wrong password", "alice", "Wonderland"],
    ["11: a beginning of the password", "alice", "wonder"],
    ["11: the password and one octet more", "alice", "wonderland\0"],
    ["11: an unknown user", "bob", "wonderland"],
    ["11: the split between name and password moved", "alicewonder", "land"],
  ])("%s is denied and closed", (_, name, password) => {
    const { sent, closes } = converse({ users }, greeting(2), credentials(name, password));
    expect({ sent, closes }).toEqual({ sent: [USERNAME_PASSWORD, DENIED], closes: ["authentication-failed"] });
  });

  it("10: names and passwords of 255 octets are compared whole", () => {
    const longestUsers = new Users(new Map([[longest, longest]]));
    const right = converse({ users: longestUsers }, greeting(2), credentials(longest, longest));
    expect(right.sent).toEqual([USERNAME_PASSWORD, AUTHENTICATED]);
    const wrong = converse({ users: longestUsers }, greeting(2), credentials(longest, `${longest.slice(1)}y`));
    expect(wrong.sent).toEqual([USERNAME_PASSWORD, DENIED]);
  });

  it("7, 12: credentials before any greeting close", () => {
    const { sent, closes } = converse({ users }, credentials("alice", "wonderland"));
    expect({ sent, closes }).toEqual({ sent: [], closes: ["version-unsupported"] });
  });

  it.each([
    ["in place of credentials", [greeting(2), addressRequest([127, 0, 0, 1])]],
    ["in the greeting's segment", [segment(greeting(2), addressRequest([127, 0, 0, 1]))]],
    [
      "behind half of the credentials",
      [greeting(2), segment(credentials("alice", "w").subarray(0, 4), domainRequest("a.example"))],
    ],
    ["behind a wrong password", [greeting(2), segment(credentials("alice", "x"), addressRequest([127, 0, 0, 1]))]],
    ["after a wrong password", [greeting(2), credentials("alice", "x"), addressRequest([127, 0, 0, 1])]],
    ["after a second greeting", [greeting(2), greeting(0), addressRequest([127, 0, 0, 1])]],
  ])("13: a CONNECT %s never becomes a request (CVE-2023-43644 class)", (_, reads) => {
    const { requests, sent } = converse({ users }, ...reads);
    expect(requests).toEqual([]);
    expect(sent).not.toContain(AUTHENTICATED);
  });

  it("14: credentials after NO AUTHENTICATION are a request of a wrong version: general failure, closed", () => {
    const { sent, requests, closes } = converse({}, greeting(0, 2), credentials("alice", "wonderland"));
    expect(sent).toEqual([NO_AUTHENTICATION, "05010001000000000000"]);
    expect({ requests, closes }).toEqual({ requests: [], closes: ["request-version-unsupported"] });
  });
});

function asText(text: string, octet: number): string {
  return text + String.fromCharCode(octet);
}
