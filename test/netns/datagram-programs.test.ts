/** Programs that speak UDP, as their users run them, through forwards and UDP ASSOCIATE. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connectVeth, requireTools, type StartedProcess } from "@flor/testkit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { aioquic } from "../interop/peer-program.ts";
import { TwoNamespaces } from "./two-namespaces.ts";

const DNS_PORT = 5353;
const IPERF_PORT = 5201;
const MOSH_PORT = 60_001;
const HTTP3_PORT = 4433;
/** 250 octets each: 4 KiB of answer. */
const LONG_TEXTS = Array.from({ length: 16 }, (_, index) => `${index}`.padEnd(250, "."));
/** Debian's, for which python3-socks is; PATH may lead to another. */
const PYTHON = "/usr/bin/python3";
const HTTP3 = aioquic.args[0]!.replace("peer.py", "http3.py");

/** Asks a name server, by its address, over one association: an A record, then a TXT of some kilobytes. */
const PYSOCKS = `
import socks, socket, struct, sys
s = socks.socksocket(socket.AF_INET, socket.SOCK_DGRAM)
s.set_proxy(socks.SOCKS5, "127.0.0.1", int(sys.argv[1]))
s.settimeout(15)
name = b"".join(bytes([len(label)]) + label for label in b"long.flor.test".split(b".")) + b"\\0"
edns = b"\\0" + struct.pack(">HHIH", 41, 8192, 0, 0)
question = struct.pack(">HHHHHH", 7, 256, 1, 0, 0, 1) + name + struct.pack(">HH", 16, 1) + edns
for asked in range(10):  # as every resolver does: datagrams get lost
    s.sendto(question, (sys.argv[2], 53))
    try:
        answer, source = s.recvfrom(65535)
        break
    except socket.timeout:
        pass
number, flags, _, answers = struct.unpack(">HHHH", answer[:8])
print(number, flags & 0x20f, answers, len(answer) > 4000, source)
`;

let network: TwoNamespaces;
let folder: string;
const servers: StartedProcess[] = [];

const inside = (...command: readonly [string, ...string[]]): Promise<string> => network.left.run(...command);

function serve(command: string, args: readonly string[], env: Record<string, string> = {}): StartedProcess {
  const started = network.right.start(command, args, { env });
  servers.push(started);
  return started;
}

beforeAll(async () => {
  requireTools(["dig", "dnsmasq", "iperf3", "mosh-server", "mosh-client", "script", "python3"]);
  folder = mkdtempSync(join(tmpdir(), "flor-datagrams-"));
  const forward = (port: number, to = port): readonly object[] =>
    ["udp", "tcp"].map((kind) => ({ [kind]: `127.0.0.1:${port}`, to: `10.77.0.2:${to}` }));
  network = await TwoNamespaces.open({
    connect: async (left, right) => void (await connectVeth(left, right)),
    udp: ["10.77.0.2", "[fd77::2]"],
    inbounds: [forward(DNS_PORT, 53), forward(IPERF_PORT), forward(MOSH_PORT), forward(HTTP3_PORT)].flat(),
  });
});

afterAll(async () => {
  for (const server of servers) await server[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
  await network?.[Symbol.asyncDispose]();
});

describe("a name server", () => {
  beforeAll(async () => {
    const file = join(folder, "dnsmasq.conf");
    const texts = LONG_TEXTS.map((text) => `txt-record=long.flor.test,${text}`);
    const records = ["host-record=page.flor.test,10.77.0.2,fd77::2", ...texts];
    const quiet = ["no-resolv", "no-hosts", "user=root", "pid-file", "edns-packet-max=8192", "local=/flor.test/"];
    writeFileSync(file, [...quiet, "listen-address=10.77.0.2", "bind-interfaces", ...records, ""].join("\n"));
    await serve("dnsmasq", ["-k", `--conf-file=${file}`, "--log-facility=-"]).waitForOutput(/started/);
  });

  const dig = (...args: readonly string[]): Promise<string> =>
    inside("dig", "@127.0.0.1", "-p", String(DNS_PORT), "+short", "+time=20", "+tries=3", ...args);

  test("is asked by dig, over UDP and over TCP", async () => {
    expect(await dig("page.flor.test", "A")).toBe("10.77.0.2");
    expect(await dig("page.flor.test", "AAAA")).toBe("fd77::2");
    expect(await dig("+tcp", "page.flor.test", "A")).toBe("10.77.0.2");
  });

  test("answers with more than any packet holds, without a second question over TCP", async () => {
    const answer = await dig("+notcp", "+ignore", "+bufsize=8192", "long.flor.test", "TXT");
    const lines = LONG_TEXTS.map((text) => `"${text}"`);
    expect(answer.split("\n").toSorted()).toEqual(lines.toSorted());
    // The server cuts this answer short, and dig asks again over TCP.
    const again = await dig("+bufsize=512", "long.flor.test", "TXT");
    expect(again.split("\n").toSorted()).toEqual(lines.toSorted());
  });

  test("is asked by PySocks through UDP ASSOCIATE", async () => {
    const said = await inside(PYTHON, "-c", PYSOCKS, String(network.socksPort), network.address);
    expect(said).toBe("7 0 16 True ('10.77.0.2', 53)");
  });
});

test("iperf3 sends both ways, each datagram in its order", async () => {
  await serve("iperf3", ["-s", "-B", "10.77.0.2", "--forceflush"]).waitForOutput(/listening/i);
  for (const direction of [[], ["-R"]]) {
    // So slowly that a machine which stands still for two seconds has room for what comes meanwhile.
    const args = ["-c", "127.0.0.1", "-u", "-b", "400k", "-l", "1200", "-t", "3", "-J", ...direction];
    const report = JSON.parse(await inside("iperf3", ...args)) as {
      readonly end: { readonly sum: { readonly packets: number; readonly lost_packets: number } };
    };
    const { packets, lost_packets: lost } = report.end.sum;
    expect(packets).toBeGreaterThan(50);
    // A machine that stands still for longer loses some; most arrive on any.
    expect(lost / packets).toBeLessThan(0.5);
  }
});

test("mosh shows what its server's shell says", async () => {
  const env = { LC_ALL: "C.UTF-8", TERM: "xterm", HOME: folder };
  const shell = ["sh", "-c", "read line; echo said: $((line * 2)); sleep 2"];
  const server = serve("mosh-server", ["new", "-i", "10.77.0.2", "-p", String(MOSH_PORT), "--", ...shell], env);
  const [, key = ""] = await server.waitForOutput(/MOSH CONNECT \d+ (\S+)/);
  // It wants a terminal; who types there repeats it until mosh-client listens.
  const client = `stty rows 24 cols 80; mosh-client 127.0.0.1 ${MOSH_PORT}`;
  const typed = `while sleep 0.5; do echo 21; done | script -qfc "${client}" /dev/null`;
  const started = network.left.start("sh", ["-c", typed], { env: { ...env, MOSH_KEY: key } });
  servers.push(started);
  expect(await started.waitForOutput(/said: (\d+)/)).toMatchObject({ 1: "42" });
});

test("HTTP/3 crosses whole", async () => {
  await serve(aioquic.command, [HTTP3, "server", "10.77.0.2", String(HTTP3_PORT)]).waitForOutput(/listening/);
  expect(await inside(aioquic.command, HTTP3, "client", String(HTTP3_PORT), "300000")).toBe("200 300000 whole");
});
