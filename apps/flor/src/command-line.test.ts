import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ControlMethods, openControlSocket, type ControlSocket } from "@flor/runtime/control";
import { ANCESTRY_MAX } from "@flor/io";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type FlorOutcome, runFlor } from "./run-flor.testing.ts";

let folder: string;
const sockets: ControlSocket[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "flor-cli-"));
});

afterEach(async () => {
  for (const socket of sockets.splice(0)) await socket.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Runs a command line; the folder's random name is shown as FOLDER. */
async function flor(...args: readonly string[]): Promise<FlorOutcome> {
  const { code, out, error } = await runFlor(folder, args);
  return { code, out: out.replaceAll(folder, "FOLDER"), error: error.replaceAll(folder, "FOLDER") };
}

async function runNode(
  name: string,
  methods: ControlMethods = { status: () => ({ name, peers: [{ name: "vm" }] }) },
): Promise<void> {
  sockets.push(await openControlSocket(join(folder, "flor", `${name}.sock`), methods));
}

const inFolder = (file: string): string => join(folder, file);

test("help and version end with 0", async () => {
  expect(await flor("--help")).toMatchObject({
    code: 0,
    error: "",
    out: expect.stringContaining("Begin with: npm run -s flor -- demo"),
  });
  expect(await flor("--version")).toEqual({ code: 0, error: "", out: "0.1.0\n" });
  expect(await flor("version")).toEqual(await flor("--version"));
  expect(await flor("help")).toEqual(await flor("--help"));
  expect(await flor("help", "check")).toEqual(await flor("check", "--help"));
});

test("words that are empty are refused by their names, as of a script's variable that is not set", async () => {
  for (const [args, name] of [
    [["up", "-c", ""], "--config"],
    [["keygen", ""], "file"],
    [["ping", ""], "peer"],
    [["status", "--node", ""], "--node"],
    [["network", "create", ""], "name"],
    [["invite", "laptop", "--expires", ""], "--expires"],
  ] as const)
    expect(await flor(...args)).toEqual({
      code: 2,
      out: "",
      error: `flor: ${name} is empty\n→ give it a value, or leave it out\n`,
    });
});

test("an option that says what an empty word means takes one", async () => {
  const { error } = await flor("link", "test", "--peer-address", "", "--", "/no/such/program");
  expect(error).toContain("/no/such/program");
});

test("a default that is empty is nobody's mistake", async () => {
  expect((await flor("revoke", "laptop", "--node", "vm")).error).toMatch(/^flor: node vm is not running\n/);
});

test("a node's name is one, and no path", async () => {
  for (const name of ["../laptop", "😀", "x".repeat(64)])
    expect(await flor("status", "--node", name)).toMatchObject({
      code: 2,
      error: expect.stringContaining("is not the name of a node\n→ "),
    });
});

test("a network that cannot be made leaves nothing, and says which value is wrong", async () => {
  const file = inFolder("lab/flor.yaml");
  expect(await flor("network", "create", "lab", "-c", file, "--listen", "nonsense")).toMatchObject({
    code: 2,
    error: expect.stringMatching(/^flor: nothing was written: .* would say links\[0\]\.listen: "nonsense" is not/),
  });
  expect(existsSync(file)).toBe(false);
  expect(existsSync(inFolder("lab/lab.root.key"))).toBe(false);
  writeFileSync(inFolder("afile"), "");
  expect(await flor("network", "create", "lab", "-c", inFolder("afile/flor.yaml"))).toMatchObject({
    code: 1,
    error: expect.stringContaining("FOLDER/afile is a file, and a folder is needed there"),
  });
});

test.each(["check", "up"])("%s of a file without -c says how a configuration is named", async (command) => {
  const { code, error } = await flor(command, "flor.yaml");
  expect(code).toBe(2);
  expect(error).toContain(`(flor ${command} -c FILE names a configuration`);
});

test("what is mistyped ends with 2, and says what was meant", async () => {
  expect(await flor("statsu")).toMatchObject({
    code: 2,
    out: "",
    error: expect.stringContaining("(Did you mean status?)"),
  });
  expect(await flor("status", "--jsno")).toMatchObject({ code: 2, error: expect.stringContaining("--json") });
  expect(await flor("demo", "--port", "70000")).toMatchObject({
    code: 2,
    error: expect.stringContaining("1 to 65535"),
  });
  for (const layers of ["0", String(ANCESTRY_MAX + 1), "1.5", "two", ""])
    expect(await flor("demo", "--layers", layers)).toMatchObject({
      code: 2,
      error: expect.stringMatching(new RegExp(`--layers.*from 1 to ${ANCESTRY_MAX}`)),
    });
});

describe("keygen", () => {
  test("makes a private key in a private folder, and prints the id that flor id prints", async () => {
    const made = await flor("keygen", inFolder("new/laptop.key"));
    expect(made).toMatchObject({ code: 0, error: "", out: expect.stringMatching(/^flor1[a-z0-9]{58}\n$/) });
    expect(statSync(inFolder("new")).mode & 0o777).toBe(0o700);
    expect(statSync(inFolder("new/laptop.key")).mode & 0o777).toBe(0o600);
    expect(await flor("id", inFolder("new/laptop.key"))).toEqual(made);
  });

  test("never overwrites", async () => {
    await flor("keygen", inFolder("laptop.key"));
    const before = readFileSync(inFolder("laptop.key"));
    expect(await flor("keygen", inFolder("laptop.key"))).toEqual({
      code: 1,
      out: "",
      error:
        "flor: FOLDER/laptop.key exists, and keys are never overwritten\n" +
        "→ choose another file, or show its id: npm run -s flor -- id FOLDER/laptop.key\n",
    });
    expect(readFileSync(inFolder("laptop.key"))).toEqual(before);
  });

  test("that cannot write says so", async () => {
    writeFileSync(inFolder("file"), "");
    expect(await flor("keygen", inFolder("file/laptop.key"))).toMatchObject({
      code: 1,
      error: "flor: FOLDER/file is a file, and a folder is needed there: name another place\n",
    });
    expect(existsSync(inFolder("file/laptop.key"))).toBe(false);
  });
});

describe("check", () => {
  beforeEach(async () => {
    await flor("keygen", inFolder("laptop.key"));
  });

  test("of a good file says what it holds", async () => {
    writeFileSync(inFolder("flor.yaml"), "name: laptop\nkey: laptop.key\ninbounds: [{ socks5: 127.0.0.1:1080 }]\n");
    const checked = await flor("check", "-c", inFolder("flor.yaml"));
    expect(checked).toMatchObject({ code: 0, error: "" });
    expect(checked.out).toMatch(
      /^FOLDER\/flor\.yaml is good: node laptop, flor1\w+, 1 inbound, 0 links, 0 peers, 0 routes\n$/,
    );
  });

  test("of a bad file lists every issue and ends with 2", async () => {
    writeFileSync(inFolder("flor.yaml"), "nam: laptop\nkey: laptop.key\npeers: 3\n");
    expect(await flor("check", "-c", inFolder("flor.yaml"))).toMatchInlineSnapshot(`
      {
        "code": 2,
        "error": "FOLDER/flor.yaml:1:1 name: is missing; a text is expected
      FOLDER/flor.yaml:1:1 nam: is not a key here; did you mean "name"? allowed: name, key, idleTimeout, transit, inbounds, outbounds, links, peers, networks, foreign, gateway, routes, northbound, metrics, services
      FOLDER/flor.yaml:3:1 peers: is a number; a list is expected
      flor: 3 issues in FOLDER/flor.yaml
      → repair FOLDER/flor.yaml, then: npm run -s flor -- check -c FOLDER/flor.yaml
      ",
        "out": "",
      }
    `);
  });

  test("of a file that is not there says how to write one", async () => {
    const { code, error } = await flor("check", "-c", inFolder("none.yaml"));
    expect(code).toBe(2);
    expect(error).toContain("to write a first one: npm run -s flor -- init");
    expect(error).not.toContain("repair");
  });

  test("without a file named says where it looked", async () => {
    const looked = await flor("check");
    expect(looked.code).toBe(2);
    expect(looked.error).toContain(
      "no configuration: looked for flor.yaml, FOLDER/flor/flor.yaml, /etc/flor/flor.yaml",
    );
  });

  test("of a loose key says what to run, before a node starts with it", async () => {
    writeFileSync(inFolder("flor.yaml"), "name: laptop\nkey: laptop.key\n");
    chmodSync(inFolder("laptop.key"), 0o644);
    for (const command of ["check", "up", "id"]) {
      const refused = await flor(command, "-c", inFolder("flor.yaml"));
      expect(refused).toMatchObject({ code: 2, out: "" });
      expect(refused.error).toContain("run: chmod 600 FOLDER/laptop.key");
    }
  });
});

describe("a running node", () => {
  test("is asked when it is the only one", async () => {
    await runNode("laptop");
    expect(JSON.parse((await flor("status", "--json")).out)).toEqual({ name: "laptop", peers: [{ name: "vm" }] });
    expect(JSON.parse((await flor("peers", "--json")).out)).toEqual([{ name: "vm" }]);
  });

  test("must be named when there are several", async () => {
    await runNode("laptop");
    await runNode("home");
    expect(await flor("status")).toEqual({
      code: 2,
      out: "",
      error: "flor: several nodes run: home, laptop\n→ choose one: --node home\n",
    });
    expect((await flor("peers", "--json", "--node", "laptop")).code).toBe(0);
  });

  test("that does not run is told from others that do", async () => {
    expect(await flor("links")).toEqual({
      code: 1,
      out: "",
      error:
        "flor: no node of this user runs on this machine\n→ start one: npm run -s flor -- up, or npm run -s flor -- demo\n",
    });
    await runNode("home");
    expect((await flor("links", "--node", "laptop")).error).toBe("flor: node laptop is not running\n→ running: home\n");
  });

  test("that fails to answer is a failure, not a stack trace", async () => {
    await runNode("laptop", {
      status: () => {
        throw new Error("the node is starting");
      },
    });
    expect(await flor("status")).toEqual({
      code: 1,
      out: "",
      error: "flor: node laptop: the node is starting\n",
    });
  });
});

test.each([
  ["traceroute", "vm", "flor -- trace PEER shows each node on the way"],
  ["log", "-f", "journalctl -u flor@NAME"],
])("flor %s is no command, and says what serves", async (word, argument, advice) => {
  expect(await flor(word, argument)).toMatchObject({ code: 2, error: expect.stringContaining(advice) });
});

describe("ping", () => {
  const echo = (outcome: object): { status: () => unknown; echo: () => unknown } => ({
    status: () => ({}),
    echo: () => ({ outcome, path: ["vm"] }),
  });

  test("ends with 0 when an echo came back", async () => {
    await runNode("laptop", echo({ rttMs: 2, reached: 1 }));
    const out = expect.stringContaining("vm: 1 sent, 1 came back, 0 % lost");
    expect(await flor("ping", "vm", "-c", "1")).toMatchObject({ code: 0, error: "", out });
  });

  test("ends with 1 when none came back, and says how to look closer", async () => {
    await runNode("laptop", echo({ problem: "no reply in time" }));
    const error = expect.stringMatching(/flor: no echo came back from vm\n.*doctor vm .*trace vm/);
    expect(await flor("ping", "vm", "-c", "2", "-i", "0.05")).toMatchObject({ code: 1, error });
  });

  test("ends with 2 when it could not be asked", async () => {
    const echoes = {
      ...echo({}),
      echo: () => {
        throw new Error('this node does not know "vm"');
      },
    };
    await runNode("laptop", echoes);
    expect(await flor("ping", "vm")).toMatchObject({ code: 2, error: expect.stringContaining('does not know "vm"') });
    expect(await flor("ping", "vm", "-i", "0")).toMatchObject({ code: 2 });
  });
});

describe("trace and paths", () => {
  const hop = {
    id: "flor1b",
    name: "b",
    label: 1,
    sent: 1,
    replied: 1,
    meanMs: 1,
    there: { up: true, loss: 0, mtuOctets: 1 },
  };
  const report = (cause: string): object => ({
    peer: "b",
    path: { cost: 1, payloadOctets: 1, unsegmentedPayloadOctets: 1 },
    hops: [hop],
    destination: {
      text: "nas:80",
      route: { to: "*", through: ["b"] },
      flow: { peer: "b", cause, isAnswered: true, ms: 1 },
    },
  });

  test.each([
    ["ok", 0, ""],
    ["not-allowed", 1, "does a rule under outbounds allow nas:80?"],
    ["connection-refused", 1, "nothing listens on that port"],
  ])("of a destination whose flow comes to %s end with %i", async (cause, code, error) => {
    await runNode("laptop", { status: () => ({}), trace: () => report(cause) });
    const out = expect.stringContaining("by the route to *, through b");
    expect(await flor("trace", "nas:80")).toMatchObject({ code, out, error: expect.stringContaining(error) });
  });

  test("to a peer without a path end with 1, and to an unknown one with 2", async () => {
    const unknown = Object.assign(new Error("who?"), { code: "unknown-name" });
    const paths: ControlMethods[string] = ({ peer }) => {
      if (peer === "zz") throw unknown;
      return [{ peer: "b", id: "flor1b", others: [] }];
    };
    await runNode("laptop", { status: () => ({}), paths });
    expect(await flor("paths")).toMatchObject({ code: 0 });
    expect(await flor("paths", "b")).toMatchObject({ code: 1, error: expect.stringContaining("doctor b says why") });
    expect(await flor("paths", "zz")).toMatchObject({ code: 2, error: expect.stringContaining("who?") });
  });
});

describe("completion", () => {
  test.each([
    ["bash", "complete -o default -F _flor flor"],
    ["zsh", "#compdef flor"],
    ["fish", "complete -c flor"],
  ])("has a script for %s", async (shell, line) => {
    expect(await flor("completion", shell)).toMatchObject({ code: 0, out: expect.stringContaining(line) });
  });

  test.each([
    [["sta"], "status\n"],
    [["link", "s"], "serve\nshow\n"],
    [["peers", "--j"], "--json\n"],
    [["up", "-c", ""], ""],
    [["valid"], ""],
  ])("of %j is what may stand there", async (words, completions) => {
    expect(await flor("complete", "--", ...words)).toEqual({ code: 0, error: "", out: completions });
  });
});

describe("init", () => {
  test("writes a configuration that is good, and says what the other side needs", async () => {
    const { code, out } = await flor("init", inFolder("new"), "--name", "home", "--listen", "0.0.0.0:4700");
    const { out: id } = await flor("id", inFolder("new/flor.key"));
    expect(code).toBe(0);
    expect(out).toContain(`- { name: home, id: ${id.trim()}, link: wan, address: "ADDRESS:4700" }`);
    expect(await flor("check", "-c", inFolder("new/flor.yaml"))).toMatchObject({ code: 0, error: "" });
  });

  test("never overwrites", async () => {
    await flor("init", folder);
    const before = readFileSync(inFolder("flor.yaml"), "utf8");
    expect(await flor("init", folder)).toMatchObject({ code: 1, error: expect.stringContaining("never overwritten") });
    expect(readFileSync(inFolder("flor.yaml"), "utf8")).toBe(before);
  });
});
