import { describe, expect, it } from "vitest";
import { credentials, domainRequest, greeting, segment } from "./client-messages.testing.ts";
import { converse, drain, receive } from "./conversation.testing.ts";
import { Pipeline, PIPELINE_FULL_OCTETS, PIPELINE_MAX_OCTETS, READ_MAX_OCTETS } from "./pipeline.ts";
import { Socks5Users } from "./users.ts";

const users = new Socks5Users(new Map([["alice", "wonderland"]]));
const connect = domainRequest("example.org");
const SUCCEEDED = "05000001000000000000";

function payloadOf(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => (index * 31) & 0xff);
}

describe("pipelining (cases 27-31)", () => {
  it("27: greeting and request in one segment", () => {
    const { sent, requests, server } = converse({}, segment(greeting(0), connect));
    expect({ sent, requests: requests.length }).toEqual({ sent: ["0500"], requests: 1 });
    expect(server.pipelinedOctets).toBe(0);
  });

  it("28: greeting, credentials, request and payload in one segment: the payload arrives intact", () => {
    const payload = payloadOf(1000);
    const octets = segment(greeting(2), credentials("alice", "wonderland"), connect, payload);
    const conversation = converse({ users }, octets);
    const { server, sent, requests } = conversation;
    expect(sent).toEqual(["0502", "0100"]);
    expect(requests.length).toBe(1);
    server.reply("succeeded", undefined);
    drain(conversation);
    expect(sent).toEqual(["0502", "0100", SUCCEEDED]);
    expect(server.takePipelined()).toEqual(payload);
    expect(server.takePipelined()).toEqual(new Uint8Array(0));
  });

  it("29: credentials and request in one segment, after the method was selected", () => {
    const { sent, requests } = converse(
      { users },
      greeting(0, 2),
      segment(credentials("alice", "wonderland"), connect, payloadOf(3)),
    );
    expect({ sent, requests: requests.length }).toEqual({ sent: ["0502", "0100"], requests: 1 });
  });

  it("30: payload that comes between request and reply is kept in order, and may be taken before the reply", () => {
    const conversation = converse({}, segment(greeting(0), connect, payloadOf(5)));
    const { server } = conversation;
    receive(conversation, Uint8Array.of(1, 2));
    expect(server.takePipelined()).toEqual(segment(payloadOf(5), Uint8Array.of(1, 2)));
    receive(conversation, Uint8Array.of(3));
    server.reply("succeeded", undefined);
    receive(conversation, Uint8Array.of(4));
    expect(server.takePipelined()).toEqual(Uint8Array.of(3, 4));
  });

  it("31: payload that looks like SOCKS5 is payload", () => {
    const conversation = converse({}, segment(greeting(0), connect, greeting(0), connect));
    expect(conversation.requests.length).toBe(1);
    expect(conversation.server.takePipelined()).toEqual(segment(greeting(0), connect));
  });

  it("44: a client that never waits is stopped: full at 64 KiB, and two reads more are the most", () => {
    const conversation = converse({}, greeting(0), connect);
    const { server, closes } = conversation;
    receive(conversation, payloadOf(PIPELINE_FULL_OCTETS - 1));
    expect(server.isPipelineFull).toBe(false);
    receive(conversation, payloadOf(READ_MAX_OCTETS));
    expect(server.isPipelineFull).toBe(true);
    receive(conversation, payloadOf(READ_MAX_OCTETS));
    expect({ closes, octets: server.pipelinedOctets }).toEqual({ closes: [], octets: PIPELINE_MAX_OCTETS - 1 });
    receive(conversation, payloadOf(2));
    expect({ closes, octets: server.pipelinedOctets }).toEqual({ closes: ["pipeline-overflow"], octets: 0 });
  });

  it("a pipeline that was taken has room again", () => {
    const { server } = converse({}, segment(greeting(0), connect, payloadOf(PIPELINE_FULL_OCTETS)));
    expect(server.isPipelineFull).toBe(true);
    server.takePipelined();
    expect(server.isPipelineFull).toBe(false);
  });

  it("payload of a refused request is thrown away", () => {
    const { server } = converse({}, segment(greeting(0), domainRequest("example.org", { port: 0 }), payloadOf(100)));
    expect(server.pipelinedOctets).toBe(0);
  });
});

describe("Pipeline", () => {
  it("joins single octets in their order", () => {
    const pipeline = new Pipeline();
    const payload = payloadOf(5000);
    for (const octet of payload) pipeline.push(Uint8Array.of(octet));
    expect(pipeline.octets).toBe(5000);
    expect(pipeline.take()).toEqual(payload);
    expect(pipeline.octets).toBe(0);
  });

  it("keeps nothing of octets that do not fit", () => {
    const pipeline = new Pipeline();
    expect(pipeline.push(payloadOf(PIPELINE_MAX_OCTETS))).toBe(true);
    expect(pipeline.push(Uint8Array.of(1))).toBe(false);
    expect(pipeline.octets).toBe(PIPELINE_MAX_OCTETS);
    expect(pipeline.take()).toEqual(payloadOf(PIPELINE_MAX_OCTETS));
  });
});
