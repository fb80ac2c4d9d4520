import { Cause, decodeOpened } from "@flor/wire";
import { describe, expect, it } from "vitest";
import { domainRequest, greeting } from "./client-messages.testing.ts";
import { converse, drain, receive } from "./conversation.testing.ts";
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

  it.each(failures)("38: %s has ten octets with a valid address type, and closes", (reply) => {
    const conversation = converse({}, greeting(0), domainRequest("example.org"), Uint8Array.of(1, 2, 3));
    conversation.server.reply(reply, undefined);
    drain(conversation);
    const code = replyOctet[reply].toString(16).padStart(2, "0");
    expect(conversation.sent).toEqual(["0500", `05${code}0001000000000000`]);
    expect(conversation.closes).toEqual(["request-failed"]);
    expect(conversation.server.pipelinedOctets).toBe(0);
  });

  it("after a failure everything the client sends is thrown away", () => {
    const conversation = converse({}, greeting(0), domainRequest("example.org"));
    conversation.server.reply("connection-refused", undefined);
    receive(conversation, domainRequest("example.org"));
    conversation.server.handleEnd();
    drain(conversation);
    expect(conversation.requests.length).toBe(1);
    expect(conversation.closes).toEqual(["request-failed"]);
    expect(conversation.server.pipelinedOctets).toBe(0);
  });

  it("a reply is given once, and only to a request", () => {
    expect(() => converse({}, greeting(0)).server.reply("succeeded", undefined)).toThrow(/no SOCKS5 request waits/);
    const { server } = converse({}, greeting(0), domainRequest("example.org"));
    server.reply("succeeded", undefined);
    expect(() => server.reply("succeeded", undefined)).toThrow(/no SOCKS5 request waits/);
  });

  it("a reply to a connection that was closed meanwhile is nothing", () => {
    const { server } = converse({}, greeting(0), domainRequest("example.org"));
    server.reply("general-failure", undefined);
    while (server.pollTransmit() !== undefined);
    server.reply("succeeded", undefined);
    expect(server.pollTransmit()).toBeUndefined();
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
