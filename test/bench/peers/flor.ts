import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { installedFlor } from "../installed-flor.ts";
import { florPair, type PairDefinition } from "./flor-pair.ts";
import type { Peer } from "./peer.ts";

const CHECKOUT = fileURLToPath(new URL("../../..", import.meta.url));
const LINK_PORT = 4600;
const BASE_LINK_PORT = 4601;

/** flor, installed: a node on each side, each with its own udp link process. */
export const flor: Peer = florPair({
  name: "flor",
  socksPort: 11_080,
  program: async () => installedFlor(CHECKOUT),
  link: { title: "`udp`", needs: "–" },
  missing: () => undefined,
  openLinks: linksOn(LINK_PORT),
});

/** The same of another checkout, to see what a change costs or saves: both do their rounds in turns. */
export function florOf(checkout: string): Peer {
  return florPair({
    name: "flor base",
    socksPort: 11_079,
    program: async () => installedFlor(checkout),
    missing: () =>
      existsSync(join(checkout, "apps/flor/build.ts")) ? undefined : `--base ${checkout} is no checkout of flor`,
    openLinks: linksOn(BASE_LINK_PORT),
  });
}

function linksOn(port: number): PairDefinition["openLinks"] {
  return ({ clientAddress, serverAddress }) => ({
    client: { kind: "udp", listen: `${clientAddress}:0` },
    server: { kind: "udp", listen: `${serverAddress}:${port}` },
    address: () => `${serverAddress}:${port}`,
  });
}
