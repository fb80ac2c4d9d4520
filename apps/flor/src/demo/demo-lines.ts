import { TYPED_FLOR } from "../typed-flor.ts";
import { placeText } from "../views/place-text.ts";
import type { Style } from "../terminal.ts";
import { tableLines } from "../views/table.ts";
import type { DemoNetwork } from "./demo-network.ts";
import type { DemoNode } from "./demo-node.ts";
import type { DemoServer } from "./demo-server.ts";

type Rows = readonly (readonly string[])[];

/** What the demo says when it is ready: its processes, and what to try. */
export async function demoLines(network: DemoNetwork, server: DemoServer, style: Style): Promise<readonly string[]> {
  const { bold, dim } = style;
  const { socksPort, ingress, layers } = network;
  const curl = `curl --proxy http://127.0.0.1:${socksPort}`;
  const stacked = layers.length > 1;
  const table = stacked
    ? tableLines(await layerRows(network), ["LAYER", "PROCESS", "PID", "PORT OR LAYER BENEATH"].map(dim))
    : tableLines(await processRows(network), ["PROCESS", "PID", "PORT"].map(dim));
  return [
    stacked
      ? `Two stacks of ${layers.length} nodes on this machine: clients enter at the topmost near node, and leave at the topmost far node.`
      : "Two nodes on this machine: clients enter at near, and leave at far.",
    "",
    ...table,
    "",
    `try    ${bold(`${curl} http://127.0.0.1:${server.port}/`)}`,
    `       ${bold(`${curl} https://example.org/`)}`,
    `watch  ${TYPED_FLOR} status --node ${ingress.name}${stacked ? "   (draws the stack)" : ""}`,
    "end    Ctrl-C",
  ];
}

async function processRows({ layers }: DemoNetwork): Promise<Rows> {
  const nodes = layers.flatMap(({ near, far }) => [near, far]);
  return (await Promise.all(nodes.map((node) => rowsOf(node)))).flat();
}

/** Highest first, as the stack stands. */
async function layerRows({ layers }: DemoNetwork): Promise<Rows> {
  const rows = layers.map(async ({ near, far }, index) => {
    const beneath = layers[index - 1];
    const both = [...(await rowsOf(near, beneath?.near)), ...(await rowsOf(far, beneath?.far))];
    return both.map((row) => [String(near.layer), ...row]);
  });
  return (await Promise.all(rows)).toReversed().flat();
}

/** A node, and the processes of its links; a link that is the node beneath has none. */
async function rowsOf(node: DemoNode, beneath?: DemoNode): Promise<Rows> {
  const { inbounds, links } = await node.status();
  const places = inbounds.map((inbound) => `${inbound.kind} ${placeText(inbound)}`);
  if (beneath !== undefined) places.push(`on ${beneath.name}`);
  const linkRows = links
    .filter(({ kind }) => kind !== "native")
    .map((link) => [`${node.name} link ${link.name}`, String(link.pid ?? "–"), link.kind]);
  return [[`${node.name} node`, String(node.pid), places.join(", ")], ...linkRows];
}
