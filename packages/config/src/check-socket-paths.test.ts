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

it("names the sockets of a northbound and of an attachment, too", () => {
  using folder = new ConfigFolder();
  const path = `${folder.path}/${"x".repeat(103 - Buffer.byteLength(folder.path) - 1)}`;
  const text = (socket: string): string =>
    `${head}northbound: [{ name: team, socket: ${socket} }]\nlinks: [{ name: below, kind: native, attach: ${socket} }]\n`;
  expect(folder.issuesOf(text(path))).toEqual([]);
  expect(folder.issuesOf(text(`${path}y`))).toEqual([
    expect.stringContaining("northbound[0].socket: is 104 octets long"),
    expect.stringContaining("links[0].attach: is 104 octets long"),
  ]);
});
