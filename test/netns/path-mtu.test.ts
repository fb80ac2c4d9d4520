/** Transfers over paths of every width, those included that drop what is too long without a word. */
import { connectVeth, expectNoLeak, holdingsOf, ImpairmentBox, type VethEnd } from "@flor/testkit";
import { describe, expect, test } from "vitest";
import { transferBothWays } from "./transfer/transfer.ts";
import { TwoNamespaces, type TwoNamespacesOptions } from "./two-namespaces.ts";

const OCTETS = 5_000_000;
const SETTLE_MS = 90_000;

const cable =
  (mtuOctets: number) =>
  async (left: VethEnd, right: VethEnd): Promise<void> =>
    void (await connectVeth(left, right, { mtuOctets }));

/** Both devices say 1500; what is longer than this is dropped on the way, and no ICMP tells. */
const blackHole =
  (mtuOctets: number) =>
  (left: VethEnd, right: VethEnd): Promise<ImpairmentBox> =>
    ImpairmentBox.between(left, right, { impairments: { mtuOctets } });

const paths: readonly (readonly [title: string, options: TwoNamespacesOptions])[] = [
  ["of 1500 octets", { connect: cable(1500) }],
  ["of 1500 octets, by IPv6", { connect: cable(1500), byIpv6: true }],
  ["of 1500 octets, without kernel segmentation", { connect: cable(1500), link: { gso: "off" } }],
  ["of 1280 octets", { connect: cable(1280) }],
  ["of 1280 octets, by IPv6", { connect: cable(1280), byIpv6: true }],
  ["of 9000 octets, and the links know", { connect: cable(9000), link: { mtu: 9000 } }],
  ["of 9000 octets, and the links do not know", { connect: cable(9000) }],
  ["of 1500 octets, for links that believe in 9000", { connect: cable(1500), link: { mtu: 9000 } }],
  ["that swallows what is longer than 1280", { connect: blackHole(1280) }],
  ["that swallows what is longer than 1124", { connect: blackHole(1124) }],
];

describe("a transfer each way, over a path", () => {
  test.each(paths)("%s, arrives whole", async (_title, options) => {
    await using network = await TwoNamespaces.open(options);
    const nodes = [network.near, network.far];
    const held = nodes.map((node) => holdingsOf(node.process.pid));
    const outcomes = await transferBothWays(network.ends, OCTETS);
    expect(outcomes.map(({ isWhole, problem }) => problem ?? isWhole)).toEqual([true, true]);
    for (const [index, node] of nodes.entries()) await expectNoLeak(node.process.pid, held[index]!, SETTLE_MS);
  });
});
