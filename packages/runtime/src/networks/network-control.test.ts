import { expect, it } from "vitest";
import { type InvitingLink, troubleOf } from "./network-control.ts";

const udp = { kind: "udp", address: "vm.example:4600" } as const;
const tcp = { kind: "tcp", address: "vm.example:443" } as const;
const link = (kind: string, state: InvitingLink["state"], lastError?: string): InvitingLink => ({
  name: `${kind}-link`,
  kind,
  state,
  lastError,
});

it.each([
  ["its link is ready", [udp], [link("udp", "ready")], undefined],
  [
    "its port is taken",
    [udp],
    [link("udp", "back-off", "port 4600 is taken")],
    "link udp-link does not listen: port 4600 is taken",
  ],
  ["one of two is ready", [udp, tcp], [link("udp", "failed"), link("tcp", "ready")], undefined],
  ["another of that kind is ready", [udp], [link("udp", "failed"), link("udp", "ready")], undefined],
  [
    "neither is ready",
    [udp, tcp],
    [link("udp", "failed"), link("tcp", "stopped", "why")],
    "link udp-link does not listen; link tcp-link does not listen: why",
  ],
  ["nothing of that kind is here", [udp], [link("tcp", "failed")], undefined],
] as const)("an invite is in trouble or not where %s", (_, addresses, links, trouble) => {
  expect(troubleOf(addresses, links)).toBe(trouble);
});
