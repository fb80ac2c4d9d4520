import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { createKeyFile } from "@flor/config";

/** What the demo is made of. */
export interface DemoPlan {
  /** Nodes on top of each other on each side, at least 1. */
  readonly layers: number;
  readonly ports: DemoPorts;
}

/** Ports of the demo, all on 127.0.0.1. */
export interface DemoPorts {
  readonly socks: number;
  /** UDP, of the lowest far node's link. */
  readonly far: number;
  /** The only local ones that the highest far node lets clients reach, TCP. */
  readonly allowed: readonly number[];
}

/** A node's configuration file. */
export interface WrittenConfig {
  readonly name: string;
  readonly file: string;
  /** It, and what it names. */
  readonly files: readonly string[];
  /** 1 is the lowest. */
  readonly layer: number;
}

/** The two nodes of one layer. */
export interface WrittenLayer {
  readonly near: WrittenConfig;
  readonly far: WrittenConfig;
}

type Side = "near" | "far";

/** The network that each node serves the one above it. */
const NETWORK = "above";

/**
 * Writes keys and configurations into `folder`, lowest layer first: clients come in at the highest `near` and go out at
 * the highest `far`; the lowest two have a udp link, and each other node has the one beneath it.
 *
 * @throws Error with the system's code, that names the folder
 */
export function writeDemoConfigs(folder: string, plan: DemoPlan): readonly WrittenLayer[] {
  try {
    return Array.from({ length: plan.layers }, (_, index) => writeLayer(folder, plan, index + 1));
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    throw Object.assign(new Error(`${folder} cannot be written to: ${message}`, { cause }), { code });
  }
}

function writeLayer(folder: string, plan: DemoPlan, layer: number): WrittenLayer {
  const keyFile = (side: Side): string => `${side}-${layer}.key`;
  const idOf = (side: Side): string => createKeyFile(join(folder, keyFile(side))).id;
  const ids = { near: idOf("near"), far: idOf("far") };
  const write = (side: Side, more: object): WrittenConfig => {
    const name = nameOf(plan, side, layer);
    const file = join(folder, `${side}-${layer}.yaml`);
    const config = { name, key: keyFile(side), links: [linkOf(plan, side, layer)], ...more };
    // JSON is YAML.
    writeFileSync(file, `${JSON.stringify(config, null, 2)}\n`, { mode: 0o600 });
    return { name, file, files: [file, join(folder, keyFile(side))], layer };
  };
  const [peer, back] = [
    { name: nameOf(plan, "far", layer), id: ids.far, link: "wan", address: addressOf(plan, layer) },
    { name: nameOf(plan, "near", layer), id: ids.near, link: "wan" },
  ];
  return {
    near: write("near", { peers: [peer], ...endOf(plan, "near", layer) }),
    far: write("far", { peers: [back], ...endOf(plan, "far", layer) }),
  };
}

/** What a node is to clients, or to the node above it. */
function endOf(plan: DemoPlan, side: Side, layer: number): object {
  const { socks, allowed } = plan.ports;
  if (layer < plan.layers) return { northbound: [{ name: NETWORK }] };
  if (side === "far") return { outbounds: [{ tcp: { allow: ["*", ...allowed.map((port) => `127.0.0.1:${port}`)] } }] };
  return { inbounds: [{ proxy: `127.0.0.1:${socks}` }], routes: [{ to: "*", through: nameOf(plan, "far", layer) }] };
}

function linkOf(plan: DemoPlan, side: Side, layer: number): object {
  if (layer > 1) return { name: "wan", kind: "native", attach: `${nameOf(plan, side, layer - 1)}/${NETWORK}` };
  return { name: "wan", kind: "udp", listen: `127.0.0.1:${side === "far" ? plan.ports.far : 0}` };
}

/** Where a near node finds the far one: of the lowest layer on the wire, of the others by what stands beneath. */
function addressOf(plan: DemoPlan, layer: number): string {
  return layer > 1 ? nameOf(plan, "far", layer - 1) : `127.0.0.1:${plan.ports.far}`;
}

/** A second demo has another SOCKS5 port: so the names of its nodes differ too. */
function nameOf({ layers, ports }: DemoPlan, side: Side, layer: number): string {
  return layers === 1 ? `${side}-${ports.socks}` : `${side}-${ports.socks}-layer${layer}`;
}
