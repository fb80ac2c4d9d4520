import { Cause, decodeOpened } from "@flor/wire";
import { describe, expect, it } from "vitest";
import { domainRequest, greeting } from "./client-messages.testing.ts";
import { converse } from "./conversation.testing.ts";
import { encodeReply } from "./reply.ts";
import { socks5ReplyOf } from "./reply-of-cause.ts";
import { replyOctet, type Socks5Reply } from "./rfc1928.ts";

const ipv4 = Uint8Array.of(192, 0, 2, 1);
const ipv6 = Uint8Array.of(0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1);
const failures = Object.keys(replyOctet).filter((reply) => reply !== "succeeded") as Socks5Reply[];

describe("replies (cases 32-38)", () => {
  it("says where the egress connects from", () => {
    expect(encodeReply("succeeded", { address: ipv4, port: 0x1234 }).toHex()).toBe("05000001c00002011234");
    expect(encodeReply("succeeded", { address: ipv6, port: 443 }).toHex()).toBe(
      "0500000420010db800000000000000000000000101bb",
    );
  });

  it.each([
    ["no address", undefined],
    ["an empty address", { address: new Uint8Array(0), port: 80 }],
    ["an address of five octets", { address: new Uint8Array(5), port: 80 }],
    ["a port beyond 65535", { address: ipv4, port: 65_536 }],
    ["a negative port", { address: ipv4, port: -1 }],
    ["a port that is no integer", { address: ipv4, port: Number.NaN }],
  ])("with %s the client is told 0.0.0.0:0, whole and valid", (_, bound) => {
    expect(encodeReply("succeeded", bound).toHex()).toBe("05000001000000000000");
  });

  it.each(failures)("38: %s has ten octets with a valid address type", (reply) => {
    const code = replyOctet[reply].toString(16).padStart(2, "0");
    expect(encodeReply(reply, undefined).toHex()).toBe(`05${code}0001000000000000`);
  });

  it("is written to the client who asked, in the words of SOCKS5", () => {
    const { sent, requests } = converse({}, greeting(0), domainRequest("example.org"));
    requests[0]?.reply(Cause.TIMED_OUT, undefined);
    expect(sent).toEqual(["0500", "05040001000000000000"]);
  });

  it("tells where the egress connects from", () => {
    const { sent, requests } = converse({}, greeting(0), domainRequest("example.org"));
    requests[0]?.reply(Cause.OK, { address: ipv4, port: 0x1234 });
    expect(sent).toEqual(["0500", "05000001c00002011234"]);
  });
});

describe("the reply of a cause", () => {
  it("is in the table for every cause there is", () => {
    const table = Object.entries(Cause).flatMap(([name, cause]) =>
      typeof cause === "number" ? [[name, socks5ReplyOf(cause)]] : [],
    );
    expect(Object.fromEntries(table)).toMatchInlineSnapshot(`
      {
        "ADDRESS_TYPE_NOT_SUPPORTED": "address-type-not-supported",
        "COMMAND_NOT_SUPPORTED": "command-not-supported",
        "CONNECTION_REFUSED": "connection-refused",
        "GENERAL_FAILURE": "general-failure",
        "HOST_UNREACHABLE": "host-unreachable",
        "NAME_NOT_FOUND": "host-unreachable",
        "NETWORK_UNREACHABLE": "network-unreachable",
        "NOT_ALLOWED": "not-allowed",
        "OK": "succeeded",
        "OVERLOADED": "general-failure",
        "TIMED_OUT": "host-unreachable",
      }
    `);
  });

  it("is a general failure for a cause that a later version invented", () => {
    const opened = decodeOpened(Uint8Array.fromHex("0003088f4e"));
    expect(opened).toMatchObject({ state: "complete", message: { cause: 9999 } });
    expect(opened.state === "complete" && socks5ReplyOf(opened.message.cause)).toBe("general-failure");
  });
});
