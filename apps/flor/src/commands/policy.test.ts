import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createKeyFile } from "@flor/config";
import { afterEach, beforeEach, expect, test } from "vitest";
import { runFlor } from "../run-flor.testing.ts";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "flor-policy-"));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

async function explain(...args: readonly string[]): Promise<string> {
  const { out, error } = await runFlor(folder, ["policy", "explain", "-c", join(folder, "flor.yaml"), ...args]);
  return out + error;
}

test("policy explain refuses what the egress refuses: ports on which the node itself listens", async () => {
  createKeyFile(join(folder, "flor.key"));
  const { id } = createKeyFile(join(folder, "peer.key"));
  const config = `name: vm
key: ./flor.key
inbounds: [{ socks5: 127.0.0.1:1080 }, { udp: 127.0.0.1:5353, to: "192.0.2.1:53" }]
metrics: 127.0.0.1:9464
outbounds: [{ tcp: { allow: [127.0.0.0/8] } }, { udp: { allow: [127.0.0.0/8] } }]
links: [{ name: wan, kind: udp }]
peers: [{ name: laptop, id: ${id}, link: wan }]
`;
  writeFileSync(join(folder, "flor.yaml"), config);
  expect(await explain("laptop", "127.0.0.1:1080")).toBe("laptop to 127.0.0.1:1080, tcp: refused, own-listener\n");
  expect(await explain("laptop", "127.0.0.1:9464")).toContain("refused, own-listener");
  expect(await explain("laptop", "127.0.0.1:5353")).toContain("allowed, by the rule 127.0.0.0/8");
  expect(await explain("laptop", "127.0.0.1:5353", "--udp")).toContain("refused, own-listener");
  expect(await explain("laptop", "127.0.0.1:1080", "--udp")).toContain("allowed, by the rule 127.0.0.0/8");
  expect(await explain("laptop", "127.0.0.1:9464", "--udp")).toContain("allowed, by the rule 127.0.0.0/8");
  expect(JSON.parse(await explain("laptop", "127.0.0.1:1080", "--json"))).toEqual({
    who: "laptop",
    roles: [],
    destination: "127.0.0.1:1080",
    kind: "tcp",
    allowed: false,
    refused: "own-listener",
  });
  for (const [who, where, text] of [
    ["nobody", "a:1", "neither a peer nor a member"],
    ["@laptop", "a:1", "neither a node nor USER@NODE"],
    ["laptop", "a", "write example.org:443"],
  ] as const)
    expect(await explain(who, where)).toContain(text);
});
