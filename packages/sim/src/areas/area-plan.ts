/** Networks side by side, with gateways that are also members of one more network: where each node stands, and the cables. */
import { type Cable, randomCables } from "../cables.ts";

/** How many of everything. */
export interface AreaSizes {
  /** Networks side by side, at least 4. */
  readonly areas: number;
  /** Nodes of each, its gateways included. */
  readonly nodes: number;
  /** Gateways of each. */
  readonly gateways: number;
  /** Adjacencies of a node in its area, and of a gateway to gateways of other areas, on average. */
  readonly degree: number;
}

const AREAS_MIN = 4;

/** See the head of this file. */
export class AreaPlan {
  readonly sizes: AreaSizes;
  /** All gateways, one of each area after another, then the next of each. */
  readonly gateways: readonly number[];
  /** Cables within areas, and between gateways of different areas. */
  readonly cables: readonly Cable[];
  readonly #isGateway: ReadonlySet<number>;

  /** @throws RangeError when there are too few areas, or more gateways than nodes */
  constructor(sizes: AreaSizes, random: () => number) {
    const { areas, nodes, gateways, degree } = sizes;
    if (areas < AREAS_MIN) throw new RangeError(`at least ${AREAS_MIN} areas`);
    if (gateways < 1 || gateways > nodes / 2) throw new RangeError("an area has 1 gateway to half as many as nodes");
    this.sizes = sizes;
    this.gateways = Array.from({ length: gateways }, (_, index) =>
      Array.from({ length: areas }, (_, area) => area * nodes + index * Math.floor(nodes / gateways)),
    ).flat();
    this.#isGateway = new Set(this.gateways);
    const within = Array.from({ length: areas }, (_, area) =>
      cablesOf(randomCables(nodes, degree, random), area * nodes),
    );
    const between = randomCables(this.gateways.length, degree, random)
      .map((cable) => ({ ...cable, a: this.gateways[cable.a]!, b: this.gateways[cable.b]! }))
      .filter(({ a, b }) => this.areaOf(a) !== this.areaOf(b));
    this.cables = [...within.flat(), ...between];
  }

  get size(): number {
    return this.sizes.areas * this.sizes.nodes;
  }

  areaOf(number: number): number {
    return Math.floor(number / this.sizes.nodes);
  }

  isGateway(number: number): boolean {
    return this.#isGateway.has(number);
  }

  gatewaysOf(area: number): readonly number[] {
    return this.gateways.filter((gateway) => this.areaOf(gateway) === area);
  }

  /** The cables between the halves of an area; each half has gateways, if the area has two. */
  betweenHalves(area: number): readonly Cable[] {
    const half = (area + 0.5) * this.sizes.nodes;
    return this.cables.filter(
      ({ a, b }) => this.areaOf(a) === area && this.areaOf(b) === area && a < half !== b < half,
    );
  }

  /** The cables that lead from an area's gateways, or from one, to other areas. */
  outOf(area: number, gateway?: number): readonly Cable[] {
    return this.cables.filter(
      ({ a, b }) =>
        this.areaOf(a) !== this.areaOf(b) &&
        [a, b].some((end) => this.areaOf(end) === area && (gateway === undefined || end === gateway)),
    );
  }
}

function cablesOf(cables: readonly Cable[], first: number): readonly Cable[] {
  return cables.map((cable) => ({ ...cable, a: cable.a + first, b: cable.b + first }));
}
