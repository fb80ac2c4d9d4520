import { afterEach, beforeEach, expect, test } from "vitest";
import { ConfigFolder, head } from "./config-folder.testing.ts";

let folder: ConfigFolder;

beforeEach(() => {
  folder = new ConfigFolder();
});

afterEach(() => {
  folder[Symbol.dispose]();
});

test("links over streams become settings in their own words, with defaults and absolute paths", () => {
  const { links } = folder.configOf(`${head}links:
  - { name: a, kind: tcp, listen: "0.0.0.0:4600", socks5: "[::1]:1080", user: me, passwordFile: ./pw }
  - { name: b, kind: exec, command: [./join, "{address}"], serve: true, mtu: 1280 }
  - { name: c, kind: pt, command: [obfs4proxy], transport: obfs4, options: { iat-mode: "1" } }
  - { name: d, kind: webtransport, certificate: ./d.pem, certificateKey: ./d.key }
`);
  const mtu = 16_384;
  const passwordFile = `${folder.path}/pw`;
  const tcp = { listen: "0.0.0.0:4600", socks5: "[::1]:1080", user: "me", passwordFile, mtu };
  const web = { path: "/flor", certificate: `${folder.path}/d.pem`, certificateKey: `${folder.path}/d.key`, mtu };
  expect(links).toEqual([
    { name: "a", kind: "tcp", settings: tcp },
    {
      name: "b",
      kind: "exec",
      settings: { command: [`${folder.path}/join`, "{address}"], env: {}, serve: true, mtu: 1280 },
    },
    {
      name: "c",
      kind: "pt",
      settings: { command: ["obfs4proxy"], transport: "obfs4", options: { "iat-mode": "1" }, mtu },
    },
    { name: "d", kind: "webtransport", settings: web },
  ]);
});

test.each([
  ["kind: tcp, user: me, socks5: '127.0.0.1:1'", "user: needs passwordFile beside it"],
  ["kind: tcp, user: me, passwordFile: ./pw", "user: needs socks5 beside it"],
  ["kind: tcp, mtu: 1279", "mtu: must be at least 1280"],
  ["kind: exec", "command: is missing; give command or serve: true"],
  ["kind: pt, command: [x], transport: o-4", "transport: is not the name of a transport"],
  ["kind: webtransport, certificate: ./c", "certificate: needs certificateKey beside it"],
  ["kind: webtransport, path: flor", 'path: is not the path of a URL, such as "/flor"'],
  ["kind: process, command: ./x", "command: is a text; a list is expected: put it in brackets, [ ]"],
])("a link with { %s } is refused", (keys, issue) => {
  expect(folder.issuesOf(`${head}links: [{ name: x, ${keys} }]\n`)).toEqual([expect.stringContaining(issue)]);
});

test("a link over streams and an inbound cannot listen on one port", () => {
  const text = `${head}inbounds: [{ socks5: "127.0.0.1:9" }]\nlinks: [{ name: x, kind: tcp, listen: "0.0.0.0:9" }]\n`;
  expect(folder.issuesOf(text)).toEqual([expect.stringContaining("links[0].listen: 0.0.0.0:9 is in use")]);
});

test("a webtransport link is over UDP, and can share a number with a TCP listener, not with a udp link", () => {
  const links = (kind: string): string =>
    `links: [{ name: x, kind: webtransport, listen: "0.0.0.0:9" }, { name: y, kind: ${kind}, listen: "0.0.0.0:9" }]\n`;
  expect(folder.configOf(`${head}${links("tcp")}`).links).toHaveLength(2);
  expect(folder.issuesOf(`${head}${links("udp")}`)).toEqual([expect.stringContaining("is in use")]);
});
