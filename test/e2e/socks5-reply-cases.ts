import { deepEqual, equal } from "node:assert/strict";
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

const PORT = 443;

/** What follows each failure. RFC 1928 section 6 grants 10 s; a node's own tests, in virtual time, hold it to 2 s. */
const THEN_CLOSED = "then closed";

/** Replies by their cause; those that need a network of their own are in test/netns/targets.test.ts. */
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
  {
    name: `33: forbidden by the server's rules is 02, ${THEN_CLOSED}`,
    needs: "forbidden",
    run: async (target) => expectFailure(target, 2, addressRequest(target.forbidden?.address ?? [], PORT)),
  },
  {
    name: `35: a name that does not exist is 04, ${THEN_CLOSED}`,
    needs: "unknown name",
    run: async (target) => expectFailure(target, 4, domainRequest(target.unknownName ?? "", PORT)),
  },
  {
    name: `36: a port where nobody listens is 05, ${THEN_CLOSED}`,
    run: async (target) => {
      const { stage } = target;
      await expectFailure(target, 5, addressRequest(ipv4Octets(stage.address), stage.refusingPort));
    },
  },
];

/** A whole reply with the code, and the server closes although the client keeps its side open. */
async function expectFailure(target: Socks5CaseTarget, expected: number, request: Uint8Array): Promise<void> {
  const { code, client } = await ask(target, request);
  equal(code, expected, "reply code");
  await expectClosed(client);
}
