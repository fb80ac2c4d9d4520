import { equal, notEqual } from "node:assert/strict";
import type { Socks5Case } from "./socks5-case.ts";
import {
  addressRequest,
  ask,
  CONNECT,
  domainRequest,
  expectAlive,
  expectClosed,
  ipv4Octets,
  type Socks5CaseTarget,
  stageRequest,
} from "./socks5-dialogue.ts";

const IPV4_MAPPED = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff];
const ADDRESS_TYPE_OFFSET = 3;
const RESERVED_OFFSET = 2;

/** Commands, address types and targets. */
export const requestCases: readonly Socks5Case[] = [
  {
    name: "15: a reserved octet other than 00 is not looked at",
    run: async (target) => expectReached(target, stageRequest(target).with(RESERVED_OFFSET, 0x7f)),
  },
  ...[0x00, 0x02, 0x04, 0xf0].map((command) => ({
    name: `16, 53: command ${command} is answered 07 and closed`,
    run: async (target: Socks5CaseTarget) =>
      expectReply(target, addressRequest(ipv4Octets(target.stage.address), target.stage.port, command), 7),
  })),
  ...[0x00, 0x02, 0x05].map((addressType) => ({
    name: `17: address type ${addressType} is answered 08 and closed`,
    run: async (target: Socks5CaseTarget) =>
      expectReply(target, stageRequest(target).with(ADDRESS_TYPE_OFFSET, addressType), 8),
  })),
  {
    name: "19: an IPv4 address is reached",
    run: async (target) => expectReached(target, stageRequest(target)),
  },
  {
    name: "20: an IPv6 address is reached",
    needs: "ipv6",
    run: async (target) => {
      const loopback = [...Array<number>(15).fill(0), 1];
      equal(target.stage.ipv6?.address, "::1", "the stage's IPv6 address");
      await expectReached(target, addressRequest(loopback, target.stage.ipv6?.port ?? 0));
    },
  },
  {
    name: "19: a name is reached, resolved by the server",
    needs: "name",
    run: async (target) => expectReached(target, domainRequest(target.stageName ?? "", target.stage.port)),
  },
  {
    name: "23: an IPv4 literal inside a domain is reached",
    run: async (target) => expectReached(target, domainRequest(target.stage.address, target.stage.port)),
  },
  ...["::1", "[::1]"].map((literal) => ({
    name: `23: the IPv6 literal ${literal} inside a domain is reached`,
    needs: "ipv6" as const,
    run: async (target: Socks5CaseTarget) =>
      expectReached(target, domainRequest(literal, target.stage.ipv6?.port ?? 0)),
  })),
  {
    name: "24: a name with a trailing dot ends in a flow or in a failure, as the server's resolver takes it",
    needs: "name",
    run: async (target) => expectFlowOrFailure(target, domainRequest(`${target.stageName}.`, target.stage.port)),
  },
  {
    name: "25: a v4-mapped address ends in a flow or in a failure, as the server's rules take it",
    run: async (target) => {
      const mapped = [...IPV4_MAPPED, ...ipv4Octets(target.stage.address)];
      await expectFlowOrFailure(target, addressRequest(mapped, target.stage.port));
    },
  },
  ...["", "a\0b", "local host", "a\nb", "b\u00fccher.invalid", "\x1b[2J"].map((name) => ({
    name: `21, 22: the domain ${JSON.stringify(name)} is answered with a failure and closed`,
    run: async (target: Socks5CaseTarget) => expectFailure(target, domainRequest(name, target.stage.port)),
  })),
  {
    name: "21: a domain of 255 octets is answered",
    run: async (target) => expectFailure(target, domainRequest(`${"a".repeat(63)}.`.repeat(3) + "a".repeat(63), 80)),
  },
  ...["127.1", "2130706433", "0x7f000001", "0177.0.0.1", "0"].map((name) => ({
    name: `23, 58: the spelling ${name} of an address reaches nothing`,
    run: async (target: Socks5CaseTarget) => {
      await expectFailure(target, domainRequest(name, target.stage.port));
      equal(target.stage.waitingConnections, 0, "connections at the stage");
    },
  })),
  {
    name: "26: port 0 is answered with a failure and closed",
    run: async (target) => expectFailure(target, addressRequest(ipv4Octets(target.stage.address), 0, CONNECT)),
  },
];

async function expectReached(target: Socks5CaseTarget, request: Uint8Array): Promise<void> {
  const { code, client } = await ask(target, request);
  equal(code, 0, "reply code");
  await expectAlive({ client, accepted: await target.stage.accept() });
}

async function expectFlowOrFailure(target: Socks5CaseTarget, request: Uint8Array): Promise<void> {
  const { code, client } = await ask(target, request);
  if (code === 0) await expectAlive({ client, accepted: await target.stage.accept() });
  else await expectClosed(client);
}

async function expectReply(target: Socks5CaseTarget, request: Uint8Array, expected: number): Promise<void> {
  const { code, client } = await ask(target, request);
  equal(code, expected, "reply code");
  await expectClosed(client);
}

async function expectFailure(target: Socks5CaseTarget, request: Uint8Array): Promise<void> {
  const { code, client } = await ask(target, request);
  notEqual(code, 0, "reply code");
  await expectClosed(client);
}
