/** flor over each of its other links: columns of the row `links` alone. */
import { fileURLToPath } from "node:url";
import { findTool, installHint, run, Sshd } from "@flor/testkit";
import type { Stage } from "../stage.ts";
import { florPair, type PairDefinition, type PairLinks } from "./flor-pair.ts";
import type { Peer } from "./peer.ts";

const FLOR = fileURLToPath(new URL("../../../apps/flor/src/main.ts", import.meta.url));
const EXAMPLES = fileURLToPath(new URL("../../../links/examples/", import.meta.url));
const SSHD_PORT = 2203;
const BRIDGE_LINE = /address of this node for others is: ([^"\\]+)/;

/** One for each link but udp, which is `flor` itself. */
export const florOverLinks: readonly Peer[] = [
  overLink("link-tcp", 11_091, [], ({ serverAddress }) => ({
    client: { kind: "tcp" },
    server: { kind: "tcp", listen: `${serverAddress}:4601` },
    address: () => `${serverAddress}:4601`,
  })),
  overLink("link-exec", 11_092, ["ssh", "sshd"], async (stage, server) => {
    const sshd = await Sshd.start(stage.server, stage.serverAddress, SSHD_PORT);
    const environment = Object.entries(server.environment).map(([name, value]) => `${name}=${value}`);
    const served = ["env", ...environment, process.execPath, FLOR, "link", "serve", "--stdio"];
    return {
      client: { kind: "exec", command: ["ssh", ...sshd.clientArguments(), ...served] },
      server: { kind: "exec", serve: true },
      address: () => "server",
      owned: sshd,
    };
  }),
  overLink("link-pt", 11_093, ["obfs4proxy"], ({ serverAddress }) => ({
    client: { kind: "pt", command: ["obfs4proxy"], transport: "obfs4" },
    server: { kind: "pt", command: ["obfs4proxy"], transport: "obfs4", listen: `${serverAddress}:4603` },
    address: async ({ process: node }) => {
      const [, line] = await node.waitForOutput(BRIDGE_LINE);
      return line!.replace("HOST", serverAddress);
    },
  })),
  overLink("link-webtransport", 11_094, [], ({ serverAddress }) => ({
    client: { kind: "webtransport" },
    server: { kind: "webtransport", listen: `${serverAddress}:4604` },
    address: () => `https://${serverAddress}:4604/flor`,
  })),
  overLink("link-python", 11_095, ["python3"], async (stage) =>
    processLinks(stage, 4605, ["python3", `${EXAMPLES}python/star_link.py`]),
  ),
  overLink("link-go", 11_096, ["go"], async (stage) => {
    const built = `${stage.folder}/star-go`;
    await run("go", ["-C", `${EXAMPLES}go`, "build", "-o", built, "."]);
    return processLinks(stage, 4606, [built]);
  }),
  overLink("link-c", 11_097, ["gcc", "make"], async (stage) => {
    const sources = `${stage.folder}/c`;
    await run("cp", ["-r", `${EXAMPLES}c`, sources]);
    await run("make", ["-s", "-C", sources, "-B"]);
    return processLinks(stage, 4607, [`${sources}/star-link`]);
  }),
];

function overLink(
  name: string,
  socksPort: number,
  programs: readonly string[],
  openLinks: PairDefinition["openLinks"],
): Peer {
  const absent = (): string | undefined => programs.find((program) => findTool(program) === undefined);
  const missing = (): string | undefined => {
    const program = absent();
    return program === undefined ? undefined : installHint(program);
  };
  return florPair({ name, socksPort, missing, openLinks, only: ["links"], needs: programs.join(", ") });
}

/** The same program on both sides: a star over a UDP socket. */
function processLinks({ clientAddress, serverAddress }: Stage, port: number, command: readonly string[]): PairLinks {
  const link = (listen: string): object => ({ kind: "process", command, config: { listen } });
  return {
    client: link(`${clientAddress}:${port}`),
    server: link(`${serverAddress}:${port}`),
    address: () => `${serverAddress}:${port}`,
  };
}
