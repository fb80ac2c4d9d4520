import { expect, it } from "vitest";
import { fillTemplate } from "./template.ts";

const places = { port: 4600, peerPort: 4601, name: "near", peer: "far", said: "cert=1", dir: "/tmp/x" };

it("places are filled in every string, however deep", () => {
  const template = { listen: "127.0.0.1:{port}", list: ["{dir}/{name}.sock", { to: "{peer} {said}" }], mtu: 1400 };
  expect(fillTemplate(template, places)).toEqual({
    listen: "127.0.0.1:4600",
    list: ["/tmp/x/near.sock", { to: "far cert=1" }],
    mtu: 1400,
  });
});

it("a string that is nothing but a port becomes a number", () => {
  expect(fillTemplate({ port: "{port}" }, places)).toEqual({ port: 4600 });
});

it("braces around anything else stay", () => {
  expect(fillTemplate({ command: ["ssh", "{address}", "{}"] }, places)).toEqual({
    command: ["ssh", "{address}", "{}"],
  });
});
