/** The members of each network, by the product's signed records; the nodes of a network share what one of them holds. */
import { type AreaSettings, GATEWAY } from "@flor/areas";
import { verifySignature } from "@flor/host";
import { hearsOf, issueMembership, Roster } from "@flor/membership";
import type { Instant } from "@flor/machine";
import { SimSigner } from "../members/sim-network.ts";
import type { SimLayer } from "../sim-layer.ts";
import type { SimNodeOptions } from "../sim-node.ts";
import type { AreaPlan } from "./area-plan.ts";

const EPOCH_MS = 1_800_000_000_000;

/** The wall clock of all nodes. */
export function unixMsAt(now: Instant): number {
  return EPOCH_MS + now;
}

/** What a node is called in other areas. */
export function nameOf(number: number, plan: AreaPlan): string {
  return `node-${number}.area-${plan.areaOf(number)}`;
}

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

  /** What a node knows of other areas: all of them, and a gateway lets all hosts of its own cross, and others in. */
  settingsOf(number: number, layer: SimLayer): AreaSettings {
    const plan = this.#plan;
    const own = plan.areaOf(number);
    const others = Array.from({ length: plan.sizes.areas }, (_, area) => area).filter((area) => area !== own);
    const isGateway = plan.isGateway(number);
    const rootOf = (area: number): string => this.#roots[area]!.key;
    return {
      networks: this.of(number).map((roster, index) => ({ name: index === 0 ? `area-${own}` : "gateways", roster })),
      foreign: others.map((area) => ({
        name: `area-${area}`,
        root: this.#roots[area]!.publicKey,
        gateways: isGateway ? plan.gatewaysOf(area).map((gateway) => layer.keyOf(gateway)) : [],
      })),
      rules: isGateway
        ? others.flatMap((area) => [
            { from: rootOf(own), to: rootOf(area) },
            { from: rootOf(area), to: rootOf(own) },
          ])
        : [],
    };
  }

  /** Makes all nodes members of their networks. */
  admit({ nodes }: SimLayer): void {
    for (const { number, key } of nodes)
      for (const roster of this.of(number)) {
        const { key: signer, sign } = this.#roots[this.#rosters.indexOf(roster)]!;
        const wish = {
          network: roster.network,
          signer,
          key,
          name: `node-${number}`,
          roles: this.#plan.isGateway(number) ? [GATEWAY] : [],
        };
        const taken = roster.take(issueMembership(wish, sign, EPOCH_MS).octets, EPOCH_MS);
        if (taken !== "fresh") throw new Error(`node ${number} is no member: ${taken}`);
      }
  }
}
