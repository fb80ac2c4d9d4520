import { EgressPolicy, parseDestinationPattern } from "@flor/route";
import { Cause, type Destination } from "@flor/wire";
import { createSocket } from "node:dgram";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Dialler } from "./dialler.ts";
import { HostsFile } from "./hosts-file.ts";
import { listenTcp, type TcpListener } from "./listen-tcp.ts";
import { OwnAddresses } from "./own-addresses.ts";
import { Resolver } from "./resolver.ts";
import type { TcpStream } from "./tcp-stream.ts";

const never = new AbortController().signal;
let folder = "";
let target: TcpListener;
let accepted: TcpStream[] = [];

beforeEach(async () => {
  accepted = [];
  folder = await mkdtemp(join(tmpdir(), "flor-dial-"));
  target = await listenTcp({ address: "127.0.0.1", port: 0, handleConnection: (stream) => void accepted.push(stream) });
});
afterEach(async () => {
  await target.close();
  await rm(folder, { recursive: true });
});

interface Setting {
  readonly allow: readonly string[];
  readonly hosts?: string;
  readonly ownPorts?: readonly number[];
  readonly pendingMax?: number;
  readonly timeLimitMs?: number;
  readonly ownAddresses?: OwnAddresses;
}

async function diallerOf({ allow, hosts, ownPorts, ...bounds }: Setting): Promise<Dialler> {
  await writeFile(join(folder, "hosts"), hosts ?? "");
  const patterns = allow.map((text) => {
    const pattern = parseDestinationPattern(text);
    if ("error" in pattern) throw new Error(pattern.error);
    return pattern;
  });
  const policy = new EgressPolicy({ allow: patterns, deny: [] });
  return new Dialler({
    policy: () => policy,
    ownPorts: () => ownPorts ?? [],
    // A port where no name server answers: a test that asks one fails.
    resolver: new Resolver({ hostsFile: new HostsFile(join(folder, "hosts")), servers: ["127.0.0.1:9"] }),
    ...bounds,
  });
}

const named = (name: string, port = target.port): Destination => ({ target: { kind: "domain", name }, port });
const addressed = (address: readonly number[], port = target.port): Destination => ({
  target: { kind: "address", address: Uint8Array.from(address) },
  port,
});

async function outcomeOf(dialler: Dialler, destination: Destination): Promise<string> {
  const outcome = await dialler.dial(destination, "peer", never);
  if ("cause" in outcome) return `${Cause[outcome.cause]}: ${outcome.text}`;
  outcome.stream.reset();
  return `connected from ${outcome.boundAddress.join(".")}`;
}

describe("dialling", () => {
  it("connects to an address that a rule names", async () => {
    const dialler = await diallerOf({ allow: [`127.0.0.1:${target.port}`] });
    expect(await outcomeOf(dialler, addressed([127, 0, 0, 1]))).toBe("connected from 127.0.0.1");
    expect(dialler.pending).toBe(0);
  });

  it("connects to a name whose address a rule names", async () => {
    const dialler = await diallerOf({ allow: ["127.0.0.0/8:*"], hosts: "127.0.0.1 web.example" });
    expect(await outcomeOf(dialler, named("Web.Example."))).toBe("connected from 127.0.0.1");
  });

  it("refuses a name that resolves to a private address, and never connects", async () => {
    const dialler = await diallerOf({ allow: ["*", "web.example"], hosts: "127.0.0.1 web.example" });
    expect(await outcomeOf(dialler, named("web.example"))).toBe("NOT_ALLOWED: not allowed: loopback");
    expect(accepted).toHaveLength(0);
  });

  it("uses the allowed addresses of a name and leaves the others", async () => {
    const hosts = "::1 web.example\n10.0.0.1 web.example\n127.0.0.1 web.example";
    const dialler = await diallerOf({ allow: ["127.0.0.1"], hosts });
    expect(await outcomeOf(dialler, named("web.example"))).toBe("connected from 127.0.0.1");
  });

  it("tries the next address when one fails", async () => {
    const hosts = "127.0.0.2 web.example\n127.0.0.1 web.example";
    const dialler = await diallerOf({ allow: ["127.0.0.0/8"], hosts });
    expect(await outcomeOf(dialler, named("web.example"))).toBe("connected from 127.0.0.1");
  });

  it("does not ask for a name that no rule could fit", async () => {
    const dialler = await diallerOf({ allow: ["*.other.example"] });
    expect(await outcomeOf(dialler, named("web.example"))).toBe("NOT_ALLOWED: not allowed: no-rule");
  });

  it("refuses the node's own listeners", async () => {
    const dialler = await diallerOf({ allow: ["127.0.0.0/8"], ownPorts: [target.port] });
    expect(await outcomeOf(dialler, addressed([127, 0, 0, 1]))).toBe("NOT_ALLOWED: not allowed: own-listener");
  });

  it.each(["0", "127.1", "2130706433", "0x7f000001", "0177.0.0.1", "0x7f.1"])(
    "does not read %s as an address",
    async (name) => {
      const dialler = await diallerOf({ allow: ["*", "127.0.0.0/8", "0.0.0.0/8"] });
      expect(await outcomeOf(dialler, named(name))).toMatch(/^NAME_NOT_FOUND/);
      expect(accepted).toHaveLength(0);
    },
  );

  it.each(["127.0.0.1", "[::ffff:127.0.0.1]", "::ffff:127.0.0.1", "0.0.0.0", "localhost", "::", "[::1]"])(
    "judges %s as the address that it is",
    async (name) => {
      expect(await outcomeOf(await diallerOf({ allow: ["*"] }), named(name))).toMatch(/^NOT_ALLOWED/);
      expect(accepted).toHaveLength(0);
    },
  );

  it("tells a refused connection and an unreachable network apart", async () => {
    const dialler = await diallerOf({ allow: ["127.0.0.1", "[ff0e::/16]"] });
    const { port } = target;
    await target.close();
    expect(await outcomeOf(dialler, addressed([127, 0, 0, 1], port))).toBe(
      "CONNECTION_REFUSED: 127.0.0.1: ECONNREFUSED",
    );
  });
});

describe("bounds on dialling", () => {
  it("leaves a third of the opens under way to other peers", async () => {
    const dialler = await diallerOf({ allow: ["127.0.0.1"], pendingMax: 3 });
    const dial = (peer: string): ReturnType<Dialler["dial"]> => dialler.dial(addressed([127, 0, 0, 1]), peer, never);
    const outcomes = await Promise.all(["greedy", "greedy", "greedy", "modest", "late"].map(dial));
    const causes = outcomes.map((outcome) => ("cause" in outcome ? Cause[outcome.cause] : "connected"));
    for (const outcome of outcomes) if ("stream" in outcome) outcome.stream.reset();
    expect(causes).toEqual(["connected", "connected", "OVERLOADED", "connected", "OVERLOADED"]);
    expect(dialler.pending).toBe(0);
  });

  it("ends when the client has left", async () => {
    const dialler = await diallerOf({ allow: ["10.0.0.0/8"], hosts: "10.255.255.1 web.example" });
    const controller = new AbortController();
    controller.abort();
    expect(await dialler.dial(named("web.example"), "peer", controller.signal)).toMatchObject({
      cause: Cause.TIMED_OUT,
    });
    expect(dialler.pending).toBe(0);
  });

  it("ends when the time is up, whatever it waits for", async () => {
    const nameServer = createSocket("udp4");
    await new Promise<void>((resolve) => void nameServer.bind(0, "127.0.0.1", resolve));
    const policy = new EgressPolicy({ allow: [{ text: "*", host: { kind: "any" }, ports: undefined }], deny: [] });
    const dialler = new Dialler({
      policy: () => policy,
      ownPorts: () => [],
      resolver: new Resolver({ servers: [`127.0.0.1:${nameServer.address().port}`] }),
      timeLimitMs: 50,
    });
    expect(await outcomeOf(dialler, named("web.example"))).toMatch(/^TIMED_OUT/);
    expect(dialler.pending).toBe(0);
    await new Promise<void>((resolve) => void nameServer.close(resolve));
  });
});

describe("where this machine's own addresses cannot be read", () => {
  const unreadable = (code: string): OwnAddresses => new OwnAddresses(() => ({ code }));

  it.each([
    { code: "EMFILE", cause: Cause.OVERLOADED },
    { code: "EACCES", cause: Cause.NOT_ALLOWED },
  ])("$code refuses what only `*` or a range allows, and says why", async ({ code, cause }) => {
    const dialler = await diallerOf({ allow: ["*", "9.0.0.0/8"], ownAddresses: unreadable(code) });
    const outcome = await dialler.dial(addressed([9, 9, 9, 9]), "peer", never);
    expect(outcome).toMatchObject({ cause, text: expect.stringContaining(`cannot be read (${code})`) });
  });

  it("loopback, which is always this machine's, is judged as ever", async () => {
    const dialler = await diallerOf({ allow: ["127.0.0.0/8"], ownAddresses: unreadable("EACCES") });
    expect(await outcomeOf(dialler, addressed([127, 0, 0, 1]))).toBe("connected from 127.0.0.1");
  });
});
