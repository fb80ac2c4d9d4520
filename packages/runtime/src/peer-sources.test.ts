import { createIdentity } from "@flor/quic";
import type { PeerSettings } from "@flor/node";
import { describe, expect, it } from "vitest";
import { PeerSources } from "./peer-sources.ts";

const peer = (name: string, seed: number): PeerSettings => {
  const { id, publicKey } = createIdentity(new Uint8Array(32).fill(seed));
  return { name, id, publicKey, links: [], via: [] };
};

function sourcesTo(applied: (readonly string[])[], refuse: (names: readonly string[]) => boolean = () => false) {
  return new PeerSources({
    log: { write: () => {} },
    apply: (peers) => {
      const names = peers.map(({ name }) => name);
      if (refuse(names)) throw new RangeError("two of them are one");
      applied.push(names);
    },
  });
}

describe("peers of several sources", () => {
  it("are one list, in which the first source has its say", () => {
    const applied: (readonly string[])[] = [];
    const sources = sourcesTo(applied);
    sources.set("file", [peer("home", 1), peer("vm", 2)]);
    sources.set("members", [peer("home-of-members", 1), peer("vm", 3), peer("new", 4)]);
    sources.set("file", [peer("home", 1)]);
    sources.set("members", []);
    expect(applied).toEqual([["home", "vm"], ["home", "vm", "new"], ["home", "vm", "new"], ["home"]]);
  });

  it("stay as they were when the node refuses them", () => {
    const applied: (readonly string[])[] = [];
    const sources = sourcesTo(applied, (names) => names.includes("bad"));
    sources.set("file", [peer("home", 1)]);
    expect(() => sources.set("members", [peer("bad", 2)])).toThrow("two of them are one");
    sources.set("others", [peer("vm", 3)]);
    expect(applied).toEqual([["home"], ["home", "vm"]]);
  });
});
