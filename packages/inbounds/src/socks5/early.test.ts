import { expect, it } from "vitest";
import { credentials, domainRequest, greeting, segment } from "./client-messages.testing.ts";
import { converse } from "./conversation.testing.ts";
import { Users } from "../users.ts";

const users = new Users(new Map([["alice", "wonderland"]]));
const connect = domainRequest("example.org");
const payload = Uint8Array.from({ length: 1000 }, (_, index) => (index * 31) & 0xff);

it("27: greeting and request in one segment", () => {
  const { sent, requests } = converse({}, segment(greeting(0), connect));
  expect({ sent, early: requests.map(({ early }) => early) }).toEqual({ sent: ["0500"], early: [new Uint8Array(0)] });
});

it("28: greeting, credentials, request and payload in one segment: the payload arrives intact", () => {
  const octets = segment(greeting(2), credentials("alice", "wonderland"), connect, payload);
  const { sent, requests } = converse({ users }, octets);
  expect({ sent, early: requests[0]?.early }).toEqual({ sent: ["0502", "0100"], early: payload });
});

it("29: credentials and request in one segment, after the method was selected", () => {
  const { sent, requests } = converse(
    { users },
    greeting(0, 2),
    segment(credentials("alice", "wonderland"), connect, payload),
  );
  expect({ sent, early: requests[0]?.early }).toEqual({ sent: ["0502", "0100"], early: payload });
});

it("31: payload that looks like SOCKS5 is payload", () => {
  const { requests } = converse({}, segment(greeting(0), connect, greeting(0), connect));
  expect(requests.map(({ early }) => early)).toEqual([segment(greeting(0), connect)]);
});
