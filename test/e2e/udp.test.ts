import { createSocket } from "node:dgram";
import { once } from "node:events";
import type { NodeStatus } from "@flor/node";
import { freePort } from "@flor/testkit";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { FlorPair } from "./flor-pair.ts";
import { AssociatedClient, UdpEcho } from "./udp-client.ts";

/** A datagram may be lost: it is sent again, seldom enough that an answer comes between. */
const SEND_AGAIN = { timeout: 200_000, interval: 200 };
const WAIT = { timeout: 200_000 };

let pair: FlorPair;
let echo: UdpEcho;
let closedPort: number;
let forwardPort: number;

beforeAll(async () => {
  echo = await UdpEcho.open();
  closedPort = await freePort();
  forwardPort = await freePort();
  const inbounds = [
    { udp: `127.0.0.1:${forwardPort}`, to: `127.0.0.1:${echo.port}` },
    { proxy: "0.0.0.0:0", allow: ["127.0.0.0/8"] },
  ];
  pair = await FlorPair.start({ udp: ["127.0.0.0/8", "localhost"], inbounds });
});

afterAll(async () => {
  echo?.[Symbol.dispose]();
  await pair?.[Symbol.asyncDispose]();
});

const statusOf = async (node: "near" | "far"): Promise<NodeStatus> => {
  const status = await pair[node].status();
  if (status === undefined) throw new Error(`${node} does not answer`);
  return status;
};

const dropped = async (node: "near" | "far", reason: string): Promise<number> =>
  (await statusOf(node)).drops[`datagram.${reason}`] ?? 0;

async function expectEchoed(client: AssociatedClient, text: string): Promise<void> {
  await vi.waitFor(() => {
    client.send(AssociatedClient.headerTo(echo.port), text);
    expect(client.texts()).toContain(text);
  }, SEND_AGAIN);
}

describe("UDP ASSOCIATE", () => {
  it("reaches several destinations from one source, by address and by name, in one association", async () => {
    using other = await UdpEcho.open();
    using client = await AssociatedClient.open(pair.socksPort);
    const texts = ["one", "two", "three", "four"];
    await vi.waitFor(() => {
      client.send(AssociatedClient.headerTo(echo.port), "one");
      client.send(AssociatedClient.headerTo(other.port), "two");
      client.send(AssociatedClient.headerTo(echo.port, "localhost"), "three");
      client.send(AssociatedClient.headerTo(echo.port, "127.0.0.1"), "four");
      expect(client.texts()).toEqual(new Set(texts));
    }, SEND_AGAIN);
    expect(new Set(client.answers.map(({ header }) => header))).toEqual(
      new Set([echo.port, other.port].map((port) => AssociatedClient.headerTo(port).toString("hex"))),
    );
    const ports = echo.portsOf(texts);
    expect(ports.size).toBe(1);
    expect(other.portsOf(texts)).toEqual(ports);
    const { flows } = await statusOf("near");
    expect(flows.list.filter(({ network }) => network === "udp")).toHaveLength(1);
  });

  it("carries every size, also behind a listener on all addresses, where it says the address that was called", async () => {
    const proxy = (await statusOf("near")).inbounds.find(({ kind }) => kind === "proxy")!;
    using client = await AssociatedClient.open(proxy.port, true);
    expect(client.relay.host).toBe("127.0.0.1");
    for (const size of [0, 1, 1200, 1472, 9000, 60_000]) {
      await vi.waitFor(() => {
        client.send(AssociatedClient.headerTo(echo.port), Buffer.alloc(size, size));
        expect(client.answers.map(({ payload }) => payload.length)).toContain(size);
      }, SEND_AGAIN);
    }
  });

  it("hears its client alone, and drops fragments and what is malformed", async () => {
    using client = await AssociatedClient.open(pair.socksPort);
    const to = AssociatedClient.headerTo(echo.port);
    await expectEchoed(client, "first");
    const stranger = createSocket("udp4").bind(0, "127.0.0.1");
    await once(stranger, "listening");
    client.send(to, "not mine", stranger);
    client.send(Buffer.of(0, 0, 1, ...to.subarray(3)), "fragment");
    client.send(Buffer.of(1, 0, 0, ...to.subarray(3)), "reserved");
    client.send(Buffer.of(0, 0, 0, 9, 1, 2, 3), "");
    client.send(Buffer.of(0, 0), "");
    client.send(AssociatedClient.headerTo(0), "port 0");
    await expectEchoed(client, "last");
    expect(client.texts()).toEqual(new Set(["first", "last"]));
    await expect.poll(() => dropped("near", "wrong-sender"), WAIT).toBe(1);
    await expect.poll(() => dropped("near", "fragment"), WAIT).toBe(1);
    await expect.poll(() => dropped("near", "malformed"), WAIT).toBe(4);
    stranger.close();
  });

  it("counts what the far node does not let out, and what nobody takes there", async () => {
    using client = await AssociatedClient.open(pair.socksPort);
    await vi.waitFor(async () => {
      client.send(Buffer.of(0, 0, 0, 1, 192, 0, 2, 1, 0, 53), "documentation");
      client.send(AssociatedClient.headerTo(closedPort), "closed");
      expect([await dropped("far", "not-allowed"), await dropped("far", "unreachable")]).not.toContain(0);
    }, SEND_AGAIN);
    await expectEchoed(client, "open");
    expect(client.texts()).toEqual(new Set(["open"]));
  });

  it("ends with its TCP connection, at both nodes", async () => {
    const open = async (): Promise<number> =>
      (await statusOf("far")).flows.list.filter(({ network }) => network === "udp").length;
    await expect.poll(open, WAIT).toBe(0);
    const client = await AssociatedClient.open(pair.socksPort);
    await expectEchoed(client, "hello");
    await expect.poll(open, WAIT).toBe(1);
    client[Symbol.dispose]();
    await expect.poll(open, WAIT).toBe(0);
  });
});

describe("a forward of UDP", () => {
  it("gives each client a flow of its own to its destination", async () => {
    const clients = [createSocket("udp4"), createSocket("udp4")];
    for (const [index, client] of clients.entries()) {
      const answers = new Set<string>();
      client.on("message", (answer) => answers.add(answer.toString()));
      await vi.waitFor(() => {
        client.send(`client ${index}`, forwardPort, "127.0.0.1");
        expect(answers).toEqual(new Set([`client ${index}`]));
      }, SEND_AGAIN);
    }
    expect(echo.portsOf(["client 0", "client 1"]).size).toBe(2);
    const inbound = (await statusOf("near")).inbounds.find(({ kind }) => kind === "udp");
    expect(inbound).toMatchObject({ port: forwardPort, clients: 2, accepted: 2 });
    for (const client of clients) client.close();
  });

  it("withstands a flood: what finds no room is counted, and the next datagram crosses", async () => {
    const client = createSocket("udp4");
    const answers: string[] = [];
    client.on("message", (message) => answers.push(message.toString()));
    const payload = Buffer.alloc(1000);
    for (let count = 0; count < 5000; count += 1) client.send(payload, forwardPort, "127.0.0.1");
    await expect
      .poll(() => {
        client.send("after", forwardPort, "127.0.0.1");
        return answers.includes("after");
      }, SEND_AGAIN)
      .toBe(true);
    client.close();
  });
});
