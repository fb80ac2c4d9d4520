import { expect, it } from "vitest";
import { ConfigFolder, head } from "./config-folder.testing.ts";

it("names a socket whose path is longer than the system takes, and takes one that fits", () => {
  using folder = new ConfigFolder();
  const name = "x".repeat(103 - Buffer.byteLength(folder.path) - 1);
  expect(folder.issuesOf(`${head}inbounds: [{ unix: ./${name} }]\nmetrics: { unix: ./${name} }\n`)).toEqual([]);
  const lines = folder.issuesOf(`${head}inbounds: [{ unix: ./${name}y }]\nmetrics: { unix: ./${name}y }\n`);
  expect(lines).toEqual([
    expect.stringMatching(
      /inbounds\[0\]\.unix: is 104 octets long with its folder; the path of a socket has 103 at most$/,
    ),
    expect.stringMatching(/metrics\.unix: is 104 octets long/),
  ]);
});
