/**
 * A member that turns hostile: flor itself, and a hand on what it says on its control connections. SIGUSR2 has it read from the
 * file `orders` in its runtime folder which of {@link modes} it lives by from now on; it says how much it has said.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { FlorNode } from "@flor/node";
import { modes, type Lies } from "./hostile-lies.ts";

const TICK_MS = 1;
/** What waits for one connection at most: as fast as its neighbour reads. */
const WAITING_OCTETS = 262_144;
const MESSAGES_PER_TICK = 256;

let held: FlorNode | undefined;
let mode = "none";
let next: Lies | undefined;
let said = 0;

const turn = Object.getOwnPropertyDescriptor(FlorNode.prototype, "turn")?.value as FlorNode["turn"];
FlorNode.prototype.turn = function hostileTurn(this: FlorNode, now) {
  hold(this);
  return turn.call(this, now);
};

function hold(node: FlorNode): void {
  held = node;
}

process.on("SIGUSR2", () => {
  process.stdout.write(`${JSON.stringify({ mode, said })}\n`);
  mode = readFileSync(join(process.env["XDG_RUNTIME_DIR"] ?? "", "orders"), "utf8").trim();
  said = 0;
  next = held === undefined ? undefined : modes[mode]?.(held);
});

setInterval(() => {
  if (held === undefined || next === undefined) return;
  for (const { adjacencies } of held.topology.neighbours.values())
    for (const adjacency of adjacencies)
      for (const control of held.control.messages.over(adjacency)) {
        if (control.connection.state !== "established") continue;
        for (let count = 0; count < MESSAGES_PER_TICK && control.waitingOctets < WAITING_OCTETS; count += 1) {
          const message = next();
          if (!control.send(message)) break;
          said += message.advertisements?.advertisements?.length ?? 1;
        }
        // A notice of its own, so that the connection is served.
        held.control.sendTooBig(adjacency, 0, 0);
      }
  held.handleTimeout(performance.now());
}, TICK_MS);

await import("../../../apps/flor/src/main.ts");
