import { download } from "../curl.ts";
import { percentile, startLoad } from "../load/load.ts";
import type { RunningPeer } from "../peers/peer.ts";
import { florOnFlor } from "../peers/flor-on-flor.ts";
import { florOverLinks } from "../peers/flor-over-links.ts";
import type { Figures, Row } from "./row.ts";

const ROUND_TRIPS = 500;
/** Slow links carry what they can in this time. */
const SECONDS = 10;

/** What a link makes of the same traffic; `flor`, over udp, is what the others are compared with. */
export const linksRow: Row = {
  name: "links",
  only: ["direct", "flor", ...florOverLinks.map(({ name }) => name), ...florOnFlor.map(({ name }) => name)],
  fresh: true,
  measure: async (stage, peer) => {
    const { latenciesMs } = await startLoad(stage, peer, { kind: "ping", count: ROUND_TRIPS, parallel: 1 });
    const { octets, seconds } = await download(stage, peer, "bulk", SECONDS);
    return {
      "Mbit/s": (octets * 8) / seconds / 1e6,
      "round trip ms": percentile(latenciesMs, 0.5),
      ...(await mtu(peer)),
    };
  },
};

/** The longest frame that flor's link carries. */
async function mtu({ name, clientNode }: RunningPeer): Promise<Figures> {
  if (clientNode === undefined) return {};
  const octets = (await clientNode.status())?.links[0]?.ports[0]?.mtuOctets;
  if (octets === undefined) throw new Error(`${name}: flor status shows no port of its link`);
  return { "MTU octets": octets };
}
