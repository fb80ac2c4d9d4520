import { deepEqual, equal, ok } from "node:assert/strict";
import type { Socks5Case } from "./socks5-case.ts";
import {
  addressRequest,
  ask,
  domainRequest,
  expectClosed,
  ipv4Octets,
  type Socks5CaseTarget,
  stageRequest,
} from "./socks5-dialogue.ts";

/** RFC 1928 section 6: a failed connection is closed "not more than 10 seconds after detecting the condition". */
const CLOSE_WITHIN_MS = 10_000;
const PORT = 443;

/** Replies by their cause. */
export const replyCases: readonly Socks5Case[] = [
  {
    name: "32: success tells the address that the target sees",
    run: async (target) => {
      const { code, address, port } = await ask(target, stageRequest(target));
      equal(code, 0, "reply code");
      const accepted = await target.stage.accept();
      const isUnspecified = port === 0 && address.every((octet) => octet === 0);
      if (isUnspecified) return;
      equal(port, accepted.socket.remotePort, "BND.PORT");
      deepEqual([...address], ipv4Octets(accepted.socket.remoteAddress ?? ""), "BND.ADDR");
    },
  },
  failureCase("33: forbidden by the server's rules is 02", 2, ({ forbidden }) =>
    forbidden === undefined ? undefined : addressRequest(forbidden.address, forbidden.port),
  ),
  failureCase("34: a network without a route is 03", 3, ({ unreachableNetwork }) =>
    unreachableNetwork === undefined ? undefined : addressRequest(unreachableNetwork, PORT),
  ),
  failureCase("35: a host that does not answer is 04", 4, ({ unreachableHost }) =>
    unreachableHost === undefined ? undefined : addressRequest(unreachableHost, PORT),
  ),
  failureCase("35: a name that does not exist is 04", 4, ({ unknownName }) =>
    unknownName === undefined ? undefined : domainRequest(unknownName, PORT),
  ),
  failureCase("36: a port where nobody listens is 05", 5, ({ stage }) =>
    addressRequest(ipv4Octets(stage.address), stage.refusingPort),
  ),
];

/** A failure has a whole reply with its code, and the server closes in time although the client keeps its side open. */
function failureCase(
  name: string,
  expected: number,
  requestOf: (target: Socks5CaseTarget) => Uint8Array | undefined,
): Socks5Case {
  return {
    name: `${name}, then closed within 10 s`,
    applies: (target) => requestOf(target) !== undefined,
    run: async (target) => {
      const { code, client } = await ask(target, requestOf(target) ?? new Uint8Array(0));
      const repliedAt = performance.now();
      equal(code, expected, "reply code");
      await expectClosed(client);
      ok(performance.now() - repliedAt < CLOSE_WITHIN_MS, "closed within 10 s");
    },
  };
}
