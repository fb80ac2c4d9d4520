import type { NodeStatus } from "@flor/node";
import type { Terminal } from "../terminal.ts";
import { octetsText } from "../views/quantity-text.ts";
import type { DemoNode } from "./demo-node.ts";

const INTERVAL_MS = 1000;
/** Moves to the first column and clears the line. */
const CLEAR_LINE = "\r\u001b[K";

/** Shows a node's flows and rates on one line, renewed each second; the result ends it. */
export function showLiveLine(node: DemoNode, terminal: Terminal): () => void {
  let before: { readonly flows: NodeStatus["flows"]; readonly at: number } | undefined;
  let asking = false;
  const show = async (): Promise<void> => {
    if (asking) return;
    asking = true;
    // A node that is busy for a moment costs one renewal of the line.
    const status = await node.status().catch(() => undefined);
    asking = false;
    if (status === undefined) return;
    const at = performance.now();
    const { flows } = status;
    const seconds = before === undefined ? Infinity : (at - before.at) / 1000;
    const out = (flows.outboundOctets - (before?.flows.outboundOctets ?? 0)) / seconds;
    const into = (flows.inboundOctets - (before?.flows.inboundOctets ?? 0)) / seconds;
    before = { flows, at };
    terminal.write(`${CLEAR_LINE}${liveText(flows, out, into)}`);
  };
  const timer = setInterval(() => void show(), INTERVAL_MS);
  return () => {
    clearInterval(timer);
    terminal.write(CLEAR_LINE);
  };
}

function liveText(flows: NodeStatus["flows"], out: number, into: number): string {
  return `${flows.open} flows open, ${flows.opened} opened, ${octetsText(out)}/s out, ${octetsText(into)}/s in`;
}
