/** flor over each of its other links: columns of the row `links` alone. */
import { fileURLToPath } from "node:url";
import { findTool, installHint, type NodeProcess, run, Sshd } from "@flor/testkit";
import type { Stage } from "../stage.ts";
import { florPair, type PairDefinition, type PairLinks } from "./flor-pair.ts";
import type { LinkLine, Peer } from "./peer.ts";

const FLOR = fileURLToPath(new URL("../../../apps/flor/src/main.ts", import.meta.url));
const EXAMPLES = fileURLToPath(new URL("../../../links/examples/", import.meta.url));
const SSHD_PORT = 2203;
const BRIDGE_LINE = /address of this node for others is: ([^"\\]+)/;

/** One for each link but udp, which is `flor` itself. */
export const florOverLinks: readonly Peer[] = [
  overLink({ name: "link-tcp", socksPort: 11_091, openLinks: tcp }, { title: "`tcp`", needs: "–" }),
  overLink({ name: "link-exec", socksPort: 11_092, openLinks: exec }, { title: "`exec`, through ssh", needs: "ssh" }, [
    "ssh",
    "sshd",
  ]),
  overLink({ name: "link-pt", socksPort: 11_093, openLinks: pt }, { title: "`pt`, obfs4", needs: "obfs4proxy" }, [
    "obfs4proxy",
  ]),
  overLink(
    { name: "link-webtransport", socksPort: 11_094, openLinks: webtransport },
    { title: "`webtransport`, HTTP/2", needs: "–" },
  ),
  overLink(
    { name: "link-python", socksPort: 11_095, openLinks: python },
    { title: "`links/examples/python`", needs: "Python 3" },
    ["python3"],
  ),
  overLink(
    { name: "link-go", socksPort: 11_096, openLinks: go },
    { title: "`links/examples/go`", needs: "Go, to build it" },
    ["go"],
  ),
  overLink(
    { name: "link-c", socksPort: 11_097, openLinks: c },
    { title: "`links/examples/c`", needs: "a C compiler" },
    ["gcc", "make"],
  ),
];

/** A column for a link that takes these programs. */
function overLink(
  definition: Pick<PairDefinition, "name" | "socksPort" | "openLinks">,
  link: LinkLine,
  programs: readonly string[] = [],
): Peer {
  const missing = (): string | undefined => {
    const absent = programs.find((program) => findTool(program) === undefined);
    return absent === undefined ? undefined : installHint(absent);
  };
  return florPair({ ...definition, missing, link, only: ["links"] });
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

function tcp({ serverAddress }: Stage): PairLinks {
  const address = `${serverAddress}:4601`;
  return { client: { kind: "tcp" }, server: { kind: "tcp", listen: address }, address: () => address };
}

async function exec(stage: Stage, server: NodeProcess): Promise<PairLinks> {
  const sshd = await Sshd.start(stage.server, stage.serverAddress, SSHD_PORT);
  const environment = Object.entries(server.environment).map(([name, value]) => `${name}=${value}`);
  const served = ["env", ...environment, process.execPath, FLOR, "link", "serve", "--stdio"];
  return {
    client: { kind: "exec", command: ["ssh", ...sshd.clientArguments(), ...served] },
    server: { kind: "exec", serve: true },
    address: () => "server",
    owned: sshd,
  };
}

function pt({ serverAddress }: Stage): PairLinks {
  const obfs4 = { kind: "pt", command: ["obfs4proxy"], transport: "obfs4" };
  return {
    client: obfs4,
    server: { ...obfs4, listen: `${serverAddress}:4603` },
    address: async ({ process: node }) => {
      const [, line] = await node.waitForOutput(BRIDGE_LINE);
      return line!.replace("HOST", serverAddress);
    },
  };
}

function webtransport({ serverAddress }: Stage): PairLinks {
  return {
    client: { kind: "webtransport" },
    server: { kind: "webtransport", listen: `${serverAddress}:4604` },
    address: () => `https://${serverAddress}:4604/flor`,
  };
}

function python(stage: Stage): PairLinks {
  return processLinks(stage, 4605, ["python3", `${EXAMPLES}python/star_link.py`]);
}

async function go(stage: Stage): Promise<PairLinks> {
  const built = `${stage.folder}/star-go`;
  await run("go", ["-C", `${EXAMPLES}go`, "build", "-o", built, "."]);
  return processLinks(stage, 4606, [built]);
}

async function c(stage: Stage): Promise<PairLinks> {
  const sources = `${stage.folder}/c`;
  await run("cp", ["-r", `${EXAMPLES}c`, sources]);
  await run("make", ["-s", "-C", sources, "-B"]);
  return processLinks(stage, 4607, [`${sources}/star-link`]);
}
