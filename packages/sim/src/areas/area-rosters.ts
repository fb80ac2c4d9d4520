/** The members of each network, by the product's signed records; the nodes of a network share what one of them holds. */
import { verifySignature } from "@flor/host";
import { hearsOf, issueMembership, Roster } from "@flor/membership";
import { SimSigner } from "../members/sim-network.ts";
import type { SimLayer } from "../sim-layer.ts";
import type { SimNodeOptions } from "../sim-node.ts";
import type { AreaPlan } from "./area-plan.ts";

const EPOCH_MS = 1_800_000_000_000;

/** See the head of this file. */
export class AreaRosters {
  readonly #plan: AreaPlan;
  readonly #roots: readonly SimSigner[];
  /** One for each area, then that of the gateways. */
  readonly #rosters: readonly Roster[];

  constructor(plan: AreaPlan, random: () => number) {
    this.#plan = plan;
    this.#roots = Array.from({ length: plan.sizes.areas + 1 }, () => new SimSigner(random));
    this.#rosters = this.#roots.map(({ publicKey }) => new Roster({ root: publicKey, verify: verifySignature }));
  }

  /** The networks that a node is in. */
  of(number: number): readonly Roster[] {
    const area = this.#rosters[this.#plan.areaOf(number)]!;
    return this.#plan.isGateway(number) ? [area, this.#rosters.at(-1)!] : [area];
  }

  /** What follows for its link state, as packages/runtime has it. */
  membershipOf(number: number): NonNullable<SimNodeOptions["membership"]> {
    const rosters = this.of(number);
    const isMember = (origin: string): boolean => rosters.some((roster) => roster.isMember(origin, EPOCH_MS));
    if (rosters.length < 2) return { isMember };
    return { isMember, isTold: (neighbour, origin) => hearsOf(rosters, neighbour, origin, EPOCH_MS) };
  }

  /** Makes all nodes members of their networks. */
  admit({ nodes }: SimLayer): void {
    for (const { number, key } of nodes)
      for (const roster of this.of(number)) {
        const { key: signer, sign } = this.#roots[this.#rosters.indexOf(roster)]!;
        const wish = { network: roster.network, signer, key, name: `node-${number}`, roles: [] };
        const taken = roster.take(issueMembership(wish, sign, EPOCH_MS).octets, EPOCH_MS);
        if (taken !== "fresh") throw new Error(`node ${number} is no member: ${taken}`);
      }
  }
}
