import { florPair } from "./flor-pair.ts";
import type { Peer } from "./peer.ts";

const LINK_PORT = 4600;

/** flor: a node on each side, each with its own udp link process. */
export const flor: Peer = florPair({
  name: "flor",
  socksPort: 11_080,
  link: { title: "`udp`", needs: "–" },
  missing: () => undefined,
  openLinks: ({ clientAddress, serverAddress }) => ({
    client: { kind: "udp", listen: `${clientAddress}:0` },
    server: { kind: "udp", listen: `${serverAddress}:${LINK_PORT}` },
    address: () => `${serverAddress}:${LINK_PORT}`,
  }),
});
