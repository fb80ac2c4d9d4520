import { fileURLToPath } from "node:url";
import { StartedProcess } from "@flor/testkit";
import type { HopOrder, HopReady, HopReport } from "../hop/hop-order.ts";
import type { Row } from "./row.ts";

const OCTETS = 1e9;
const TIMEOUT_MS = 30_000;

/** One hop between a node and a link alone: what it costs to send and to receive, whatever is done with the frames. */
export const hopRow: Row = {
  name: "hop",
  only: ["flor"],
  fresh: true,
  measure: async () => {
    await using receiver = start({ octets: OCTETS });
    const [ready] = await receiver.waitForOutput(/^\{"port".*\}$/m);
    await using sender = start({ octets: OCTETS, to: JSON.parse(ready) as HopReady });
    const [receive, send] = [await reportOf(receiver), await reportOf(sender)];
    return {
      "Mbit/s": (OCTETS * 8) / receive.seconds / 1e6,
      "CPU s/GB, send": (send.processorSeconds * 1e9) / OCTETS,
      "CPU s/GB, receive": (receive.processorSeconds * 1e9) / OCTETS,
    };
  },
};

function start(order: HopOrder): StartedProcess {
  const program = fileURLToPath(new URL("../hop/hop-end.ts", import.meta.url));
  return StartedProcess.start(process.execPath, [program, JSON.stringify(order)]);
}

async function reportOf(end: StartedProcess): Promise<HopReport> {
  const [said] = await end.waitForOutput(/^\{"processorSeconds".*\}$/m, TIMEOUT_MS);
  return JSON.parse(said) as HopReport;
}
