import { Capture, Sshd, startServer } from "@flor/testkit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { HomeDeployment } from "./home-deployment.ts";

const PAGE = "<h1>only for the family</h1>";

describe("a laptop, a machine in a cloud, and a home behind NAT", () => {
  let deployment: HomeDeployment;

  beforeAll(async () => {
    deployment = await HomeDeployment.open();
  });
  afterAll(async () => {
    await deployment?.[Symbol.asyncDispose]();
  });

  const curl = async (...args: string[]): Promise<string> =>
    deployment.namespaces.laptop.run("curl", "-sS", "--socks5-hostname", deployment.socks, ...args);

  test("the laptop reads a page at home, and the cloud sees none of it", async () => {
    const { nas, vm } = deployment.namespaces;
    await using _server = await startServer(nas, {
      kind: "http",
      host: deployment.nasAddress,
      port: 80,
      pages: { "/": PAGE },
    });
    await using capture = await Capture.start(vm, "any");
    expect(await curl(`http://${deployment.nasAddress}/`)).toBe(PAGE);
    await capture.stop();

    const seen = Buffer.from(capture.octets());
    expect((await capture.packets("udp")).length).toBeGreaterThan(4);
    expect(seen.includes("family")).toBe(false);
    expect(seen.includes("HTTP/1.1")).toBe(false);
    expect(seen.includes(deployment.nasAddress)).toBe(false);
  });

  test("the laptop opens a shell at home", async () => {
    await using sshd = await Sshd.start(deployment.namespaces.nas, deployment.nasAddress);
    await using capture = await Capture.start(deployment.namespaces.vm, "any");
    const proxy = `ProxyCommand=ncat --proxy-type socks5 --proxy ${deployment.socks} %h %p`;
    const said = await deployment.namespaces.laptop.run("ssh", ...sshd.clientArguments("-o", proxy), "echo", "at home");
    expect(said).toBe("at home");
    await capture.stop();
    expect(Buffer.from(capture.octets()).includes("SSH-2.0")).toBe(false);
  });

  test("the cloud forwards by label, and takes part in no flow", async () => {
    const { flows } = await deployment.vm.waitFor((status) => status, "its status");
    expect(flows.opened).toBe(0);
    const hops = ["home", "laptop"];
    await deployment.vm.waitFor(
      ({ labels }) => hops.every((hop) => labels.incoming.some(({ local, nextHop }) => !local && nextHop === hop)),
      "labels that lead on",
    );
  });

  test("what home does not let out is refused, and said so", async () => {
    const refused = curl("--max-time", "200", `http://${deployment.nasAddress}:8080/`);
    await expect(refused).rejects.toThrow(/SOCKS5 connection.*\(2\)/);
  });
});
