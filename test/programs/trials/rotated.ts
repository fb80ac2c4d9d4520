/** `flor key rotate` under a running download: of the node where the client is, of one between, and of the target's. */
import { flor, seededHash, startServer } from "@flor/testkit";
import { Field } from "../../netns/field.ts";
import { FieldNodes } from "../../netns/field-nodes.ts";
import { line } from "../../netns/field-plan.ts";
import { Probe } from "../../netns/probe.ts";
import { tellMs, tellSo } from "./outside.ts";
import type { Tell, Trial } from "./trial.ts";

const SEED = 10;
const OCTETS = 200_000_000;
/** The download takes some seven seconds. */
const RATE = "30M";
const PATIENCE_S = 120;
/** The fourth is the issuer. */
const PLAN = line(4);
const GAP_MS = 250;

export const rotateTrial: Trial = { name: "rotate", play };

async function play(tell: Tell): Promise<void> {
  await using field = await Field.lay(PLAN);
  const rolesOf = (name: string): readonly string[] => (name === "d" ? ["issuer"] : []);
  await using nodes = await FieldNodes.start(field, { members: true, rolesOf, flows: [{ from: "a", to: "c" }] });
  const { address, namespace } = field.machine("c");
  await using source = await startServer(namespace, { kind: "source", host: address, seed: SEED, octets: OCTETS });
  const [flow] = nodes.flows;
  await using probe = await Probe.start(...nodes.placesOf(flow!));
  for (const [name, where] of [
    ["b", "between"],
    ["c", "at the target"],
    ["a", "at the client"],
  ] as const) {
    const node = nodes.node(name);
    const curl = `curl -sS --http0.9 --limit-rate ${RATE} -m ${PATIENCE_S} -x socks5h://127.0.0.1:${flow!.socksPort} http://${address}:${source.port}/ | sha256sum`;
    const before = (await nodes.node("a").status())?.flows.inboundOctets ?? 0;
    const download = field.machine("a").namespace.run("bash", "-o", "pipefail", "-c", curl);
    await nodes.node("a").waitFor(({ flows }) => flows.inboundOctets > before + OCTETS / 20, "octets come");
    const id = (await node.status())?.id;
    const { longestMs } = await probe.during(async () => {
      const said = await flor(["key", "rotate", "-c", `${node.folder}/flor.yaml`], node);
      tellSo(tell, `flor key rotate ${where}`, said.exitCode === 0, said.exitCode === 0 ? "so" : said.stderr);
      await node.waitFor((status) => status.id !== id, "it has the new key");
      await download;
    });
    const [sha256 = ""] = (await download).split(" ");
    tellSo(tell, `the download is whole, ${where}`, sha256 === seededHash(SEED, OCTETS), sha256.slice(0, 8));
    tellMs(tell, `gap, ${where}`, longestMs, GAP_MS);
  }
}
