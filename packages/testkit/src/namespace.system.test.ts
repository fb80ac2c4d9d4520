import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { Capture } from "./capture.ts";
import { Firewall } from "./firewall.ts";
import { Namespace, run } from "./namespace.ts";
import { masquerade } from "./nat.ts";
import { openPage } from "./programs/browser.ts";
import { Nginx } from "./programs/nginx.ts";
import { Sshd } from "./programs/sshd.ts";
import { startServer } from "./servers/namespace-server.ts";
import { StartedProcess } from "./started-process.ts";
import { connectVeth } from "./veth.ts";

test("a program that Ctrl-C ends leaves no namespace, process or folder", async () => {
  const program = `import { makeFolder, Namespace } from ${JSON.stringify(import.meta.resolve("./index.ts"))};
    const space = await Namespace.create("ended");
    const inside = space.start("sleep", ["1000"]);
    console.log("made", space.name, inside.pid, makeFolder("flor-ended-"), ".");
    await inside.exited;`;
  await using started = StartedProcess.start(process.execPath, ["--input-type=module", "-e", program]);
  const [, name = "", pid, folder = ""] = await started.waitForOutput(/made (\S+) (\d+) (\S+) \./);
  started.signal("SIGINT");
  expect(await started.exited).toEqual({ code: undefined, signal: "SIGINT" });
  expect(await run("ip", ["netns", "list"])).not.toContain(name);
  expect(existsSync(folder)).toBe(false);
  await expect.poll(() => existsSync(`/proc/${pid}`)).toBe(false);
});

describe("two namespaces and a cable", () => {
  let left: Namespace;
  let right: Namespace;
  let firewall: Firewall;
  let leftDevice: string;

  beforeAll(async () => {
    left = await Namespace.create("left");
    right = await Namespace.create("right");
    [leftDevice] = await connectVeth(
      { namespace: left, addresses: ["10.78.0.1/24", "fd78::1/64"] },
      { namespace: right, addresses: ["10.78.0.2/24", "fd78::2/64"] },
    );
    firewall = new Firewall(right);
  });
  afterEach(async () => {
    await firewall.clear();
  });
  afterAll(async () => {
    await left?.[Symbol.asyncDispose]();
    await right?.[Symbol.asyncDispose]();
  });

  const received = async (...args: string[]): Promise<number> => {
    const text = await left.run("sh", "-c", `ping -q -i 0.005 ${args.join(" ")} || true`);
    return Number(/(\d+) received/.exec(text)?.[1]);
  };

  test.each(["10.78.0.2", "fd78::2"])("reach each other at %s", async (address) => {
    expect(await received("-c 5", address)).toBe(5);
  });

  test("a server inside is reached from the other one, with what it promised", async () => {
    await using server = await startServer(right, { kind: "http", host: "fd78::2", pages: { "/": "from the right" } });
    expect(await left.run("curl", "-s", `http://[fd78::2]:${server.port}/`)).toBe("from the right");
  });

  test("a command that fails is named with what it said", async () => {
    await expect(left.run("cat", "/nowhere")).rejects.toThrow(/cat \/nowhere.*No such file/);
  });

  test("the firewall drops what it was told, and nothing once cleared", async () => {
    await firewall.dropLongerThan(1000);
    expect(await received("-c 5 -s 972", "10.78.0.2")).toBe(5);
    expect(await received("-c 5 -s 973 -W 1", "10.78.0.2")).toBe(0);
    await firewall.clear();
    await firewall.lose(0.3);
    const passed = await received("-c 500 -W 1", "10.78.0.2");
    // A packet must survive the way in and the answer's way out: 0.7 × 0.7.
    expect(passed / 500).toBeGreaterThan(0.39);
    expect(passed / 500).toBeLessThan(0.59);
    await firewall.clear();
    expect(await received("-c 50", "10.78.0.2")).toBe(50);
  });

  test("a capture holds what was on the wire, and no more than that", async () => {
    await using server = await startServer(right, { kind: "http", host: "10.78.0.2", pages: { "/": "plain as day" } });
    await using capture = await Capture.start(left, leftDevice, "tcp");
    await left.run("curl", "-s", `http://10.78.0.2:${server.port}/`);
    await left.run("ping", "-c", "1", "10.78.0.2");
    await capture.stop();
    expect(Buffer.from(capture.octets()).includes("plain as day")).toBe(true);
    expect(await capture.packets("icmp")).toEqual([]);
    expect((await capture.packets(`dst port ${server.port}`)).length).toBeGreaterThan(3);
  });

  test("root logs in to sshd by key, and nobody else does", async () => {
    await using sshd = await Sshd.start(right, "10.78.0.2");
    expect(await left.run("ssh", ...sshd.clientArguments(), "echo", "in")).toBe("in");
    const withoutKey = sshd.clientArguments("-o", "PubkeyAuthentication=no");
    await expect(left.run("ssh", ...withoutKey, "true")).rejects.toThrow(/Permission denied/);
  });

  test("nginx serves files", async () => {
    const folder = mkdtempSync(join(tmpdir(), "flor-web-"));
    try {
      writeFileSync(join(folder, "page.html"), "<title>served</title>");
      await using _nginx = await Nginx.start(right, { host: "10.78.0.2", root: folder });
      expect(await left.run("curl", "-s", "http://10.78.0.2/page.html")).toContain("served");
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test("a browser runs the scripts of a page", async () => {
    const page = "<p id=p></p><script>p.textContent = 6 * 7 + ' is it'</script>";
    await using server = await startServer(right, { kind: "http", host: "10.78.0.2", pages: { "/": page } });
    expect(await openPage(`http://10.78.0.2:${server.port}/`, { namespace: left })).toContain("42 is it");
  });
});

test("a namespace behind NAT reaches the other side by the box's address", async () => {
  await using inside = await Namespace.create("in");
  await using box = await Namespace.create("nat");
  await using outside = await Namespace.create("out");
  await connectVeth(
    { namespace: inside, addresses: ["192.168.78.2/24"] },
    { namespace: box, addresses: ["192.168.78.1/24"] },
  );
  const [outward] = await connectVeth(
    { namespace: box, addresses: ["198.18.78.1/24"] },
    { namespace: outside, addresses: ["198.18.78.2/24"] },
  );
  await inside.route("default", "192.168.78.1");
  await masquerade(box, outward, { udpTimeoutSeconds: 2 });
  await using listener = outside.start("tcpdump", ["-n", "-l", "-i", "any", "icmp[icmptype] == icmp-echo"]);
  await listener.waitForOutput(/listening on/);
  await inside.run("ping", "-c", "1", "198.18.78.2");
  const [, source] = await listener.waitForOutput(/IP (\S+) > 198\.18\.78\.2/);
  expect(source).toBe("198.18.78.1");
});

test("a namespace that is disposed takes its processes with it", async () => {
  const namespace = await Namespace.create("gone");
  const started = namespace.start("sleep", ["60"]);
  expect(await run("ip", ["netns", "list"])).toContain(namespace.name);
  await expect.poll(() => run("ip", ["netns", "pids", namespace.name])).toBe(String(started.pid));
  await namespace[Symbol.asyncDispose]();
  expect(await started.exited).toEqual({ code: undefined, signal: "SIGKILL" });
  expect(await run("ip", ["netns", "list"])).not.toContain(namespace.name);
});
