/** Programs that speak SOCKS5, as their users run them; the namespace of the clients leads nowhere but to flor. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { NodeStatus } from "@flor/node";
import { Capture, connectVeth, type NamespaceServer, openPage, requireTools, Sshd, startServer } from "@flor/testkit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { TwoNamespaces } from "./two-namespaces.ts";

const PAGE = '<p id="said">silent</p><script>said.textContent = "scripts ran"</script>';
const NAME = "page.flor.test";
const USER = { name: "alice", password: "wonderland" };
const USERS_PORT = 1081;
/** proxychains4 gives up after four seconds if it is not told. */
const PATIENCE = "tcp_read_time_out 200000\ntcp_connect_time_out 200000\n";
/** With -6 curl reaches the proxy by IPv6 too. */
const IPV6_PORT = 1082;
/** Debian's, for which python3-socks is; PATH may lead to another. */
const PYTHON = "/usr/bin/python3";
const NPM_SOCKS = fileURLToPath(new URL("npm-socks-client.ts", import.meta.url));
const PYSOCKS = `
import socks, sys
host, port, name, password = sys.argv[1], int(sys.argv[2]), sys.argv[3], sys.argv[4]
s = socks.socksocket()
s.set_proxy(socks.SOCKS5, "127.0.0.1", int(sys.argv[5]), rdns=True, username=name or None, password=password or None)
s.connect((host, port))
s.sendall(b"GET / HTTP/1.0\\r\\n\\r\\n")
sys.stdout.write(b"".join(iter(lambda: s.recv(65536), b"")).decode())
`;

let network: TwoNamespaces;
let page: NamespaceServer;
let page6: NamespaceServer;
let folder: string;

beforeAll(async () => {
  requireTools(["curl", "nc", "ncat", "ssh", "proxychains4", "python3"]);
  network = await TwoNamespaces.open({
    connect: async (left, right) => void (await connectVeth(left, right)),
    inbounds: [{ socks5: `127.0.0.1:${USERS_PORT}`, users: [USER] }, { socks5: `[::1]:${IPV6_PORT}` }],
  });
  const pages = { "/": PAGE };
  page = await startServer(network.right, { kind: "http", host: network.address, pages });
  page6 = await startServer(network.right, { kind: "http", host: "fd77::2", pages });
  folder = mkdtempSync(join(tmpdir(), "flor-clients-"));
});

afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await network[Symbol.asyncDispose]();
});

const proxy = (): string => `127.0.0.1:${network.socksPort}`;
const url = (host: string = network.address): string => `http://${host}:${page.port}/`;
const inside = (...command: readonly [string, ...string[]]): Promise<string> => network.left.run(...command);

describe("curl", () => {
  test("with --socks5 reaches an address", async () => {
    expect(await inside("curl", "-sS", "--socks5", proxy(), url())).toBe(PAGE);
  });

  test("with --socks5-hostname leaves the name to the far end, which has no such name", async () => {
    const asked = inside("curl", "-sS", "--socks5-hostname", proxy(), url("nowhere.invalid"));
    await expect(asked).rejects.toThrow(/\(4\)|\(5\)|\(2\)/);
  });

  test("with -6 reaches an IPv6 address", async () => {
    const six = `http://[fd77::2]:${page6.port}/`;
    expect(await inside("curl", "-sS", "-6", "--socks5", `[::1]:${IPV6_PORT}`, six)).toBe(PAGE);
  });

  test("with --proxy-user is let in, and without it is not", async () => {
    const guarded = ["-sS", "--socks5-hostname", `127.0.0.1:${USERS_PORT}`];
    expect(await inside("curl", ...guarded, "--proxy-user", `${USER.name}:${USER.password}`, url())).toBe(PAGE);
    await expect(inside("curl", ...guarded, "--proxy-user", `${USER.name}:wrong`, url())).rejects.toThrow(
      /curl: \(97\)/,
    );
    await expect(inside("curl", ...guarded, url())).rejects.toThrow(/curl: \(97\)/);
  });
});

describe("ssh", () => {
  test.each(["nc -X 5 -x PROXY %h %p", "ncat --proxy-type socks5 --proxy PROXY %h %p"])(
    "through ProxyCommand %s runs a command and carries its input",
    async (command) => {
      await using sshd = await Sshd.start(network.right, network.address);
      const option = `ProxyCommand=${command.replace("PROXY", proxy())}`;
      expect(await inside("ssh", ...sshd.clientArguments("-o", option), "seq 20000 | tail -n 1")).toBe("20000");
    },
  );
});

describe("other programs", () => {
  test("proxychains4 puts curl through", async () => {
    const file = join(folder, "proxychains.conf");
    writeFileSync(file, `strict_chain\nproxy_dns\n${PATIENCE}[ProxyList]\nsocks5 127.0.0.1 ${network.socksPort}\n`);
    expect(await inside("proxychains4", "-q", "-f", file, "curl", "-sS", url())).toBe(PAGE);
  });

  test.each([
    ["without a user", "", ""],
    ["with a user", USER.name, USER.password],
  ])("PySocks, %s", async (_title, name, password) => {
    const port = name === "" ? network.socksPort : USERS_PORT;
    const target = [network.address, String(page.port), name, password, String(port)];
    expect(await inside(PYTHON, "-c", PYSOCKS, ...target)).toContain(PAGE);
  });

  test("the npm package socks", async () => {
    const target = [network.address, String(page.port), String(network.socksPort)];
    expect(await inside(process.execPath, NPM_SOCKS, ...target)).toContain(PAGE);
  });
});

describe("Chromium", () => {
  test("loads a page and runs its scripts", async () => {
    const options = { proxy: `socks5://${proxy()}`, namespace: network.left };
    expect(await openPage(url(), options)).toContain('<p id="said">scripts ran</p>');
  });

  test("asks no name server: names go to the far end", async () => {
    await using capture = await Capture.start(network.left, "any");
    await openPage(url(NAME), { proxy: `socks5://${proxy()}`, namespace: network.left }).catch(() => undefined);
    await capture.stop();
    expect(await capture.packets("port 53 or port 5353 or port 853")).toEqual([]);
    const isAsked = ({ flows }: NodeStatus): boolean =>
      Object.keys(flows.failed).some((one) => one.startsWith("egress-"));
    expect(await network.far.waitFor(isAsked, "the far end to be asked")).toBe(true);
  });
});
