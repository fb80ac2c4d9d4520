import { Socket } from "node:dgram";
import { afterEach, describe, expect, it, vi } from "vitest";
import { type IpEndpoint, endpointOf, formatEndpoint } from "./ip-endpoint.ts";
import { isFfiPossible } from "./open-loopback-socket.ts";
import { openUdpSocket } from "./open-udp-socket.ts";
import { UDP_WAITING_MAX_OCTETS } from "./udp-portable.ts";
import { UDP_HEADROOM_OCTETS, type UdpSocket } from "./udp-socket.ts";

interface Heard {
  readonly socket: UdpSocket;
  readonly datagrams: { readonly octets: Uint8Array; readonly from: IpEndpoint }[];
  readonly errors: string[];
}

const open: UdpSocket[] = [];

afterEach(() => {
  for (const socket of open.splice(0)) socket.close();
});

describe.each(isFfiPossible() ? [false, true] : [true])("a UDP socket, without FFI: %s", (ignoreFfi) => {
  async function hearing(host: string, remote?: IpEndpoint): Promise<Heard> {
    const datagrams: Heard["datagrams"] = [];
    const errors: string[] = [];
    const owner = {
      handleReceived: (octets: Uint8Array, start: number, end: number, source: { toEndpoint(): IpEndpoint }): void => {
        expect(start).toBeGreaterThanOrEqual(UDP_HEADROOM_OCTETS);
        datagrams.push({ octets: octets.slice(start, end), from: source.toEndpoint() });
      },
      handleError: (code: string, to: IpEndpoint | undefined): void =>
        void errors.push(`${code} ${to === undefined ? "" : formatEndpoint(to)}`.trim()),
    };
    const socket = await openUdpSocket({ local: endpointOf(host, 0)!, remote, owner, ignoreFfi });
    open.push(socket);
    return { socket, datagrams, errors };
  }

  const loopback = (socket: UdpSocket): IpEndpoint => endpointOf("127.0.0.1", socket.local.port)!;

  it("sends to many, and hears from whom each came, empty ones and the largest too", async () => {
    const [all, one, other] = [await hearing("::"), await hearing("127.0.0.1"), await hearing("127.0.0.1")];
    const octets = new Uint8Array(70_000).map((_, index) => index % 251);
    all.socket.send(octets, 5, 10, loopback(one.socket));
    all.socket.send(octets, 0, 0, loopback(other.socket));
    all.socket.send(octets, 1, 65_508, loopback(other.socket));
    await expect.poll(() => one.datagrams.length + other.datagrams.length).toBe(3);
    expect(one.datagrams[0]?.octets).toEqual(octets.slice(5, 10));
    expect(other.datagrams.map((datagram) => datagram.octets.length)).toEqual([0, 65_507]);
    expect(other.datagrams[1]?.octets).toEqual(octets.slice(1, 65_508));
    expect(other.datagrams[0]?.from.port).toBe(all.socket.local.port);
    one.socket.send(octets, 0, 1, other.datagrams[0]!.from);
    await expect.poll(() => all.datagrams.length).toBe(1);
    expect(formatEndpoint(all.datagrams[0]!.from)).toBe(`127.0.0.1:${one.socket.local.port}`);
  });

  it("tells of a closed port where it has one remote, and goes on", async () => {
    const gone = await hearing("127.0.0.1");
    const nobody = loopback(gone.socket);
    gone.socket.close();
    const { socket, errors } = await hearing("127.0.0.1", nobody);
    socket.send(Uint8Array.of(1), 0, 1, nobody);
    await expect.poll(() => errors).toEqual([`ECONNREFUSED 127.0.0.1:${nobody.port}`]);
    socket.send(Uint8Array.of(2), 0, 1, nobody);
    await expect.poll(() => errors.length).toBe(2);
  });

  it("tells of what is too long to be sent", async () => {
    const { socket, errors } = await hearing("127.0.0.1");
    socket.send(new Uint8Array(65_535), 0, 65_535, loopback(socket));
    await expect.poll(() => errors[0]).toContain("EMSGSIZE");
  });

  it("rejects where the port is taken", async () => {
    const { socket } = await hearing("127.0.0.1");
    const owner = { handleReceived: () => {}, handleError: () => {} };
    await expect(openUdpSocket({ local: socket.local, owner, ignoreFfi })).rejects.toMatchObject({
      code: "EADDRINUSE",
    });
  });

  it.skipIf(ignoreFfi)("tells which of many remotes has a closed port, without a loop", async () => {
    const [gone, alive] = [await hearing("127.0.0.1"), await hearing("127.0.0.1")];
    const nobody = loopback(gone.socket);
    gone.socket.close();
    const { socket, errors } = await hearing("::");
    for (const to of [nobody, loopback(alive.socket), nobody, loopback(alive.socket)])
      socket.send(Uint8Array.of(1), 0, 1, to);
    await expect.poll(() => errors.length).toBeGreaterThan(0);
    expect(new Set(errors)).toEqual(new Set([`ECONNREFUSED 127.0.0.1:${nobody.port}`]));
    await expect.poll(() => alive.datagrams.length).toBe(2);
  });

  it("sends two hundred in one turn in their order", async () => {
    const [from, to] = [await hearing("127.0.0.1"), await hearing("127.0.0.1")];
    for (let count = 0; count < 200; count += 1)
      from.socket.send(Uint8Array.of(count >> 8, count & 0xff), 0, 2, loopback(to.socket));
    await expect.poll(() => to.datagrams.length).toBe(200);
    expect(to.datagrams.map(({ octets: [high = 0, low = 0] }) => (high << 8) | low)).toEqual(
      Array.from({ length: 200 }, (_, index) => index),
    );
  });
});

it("without FFI, a datagram that would wait behind a mebibyte is dropped", async () => {
  const errors: string[] = [];
  const arrived: number[] = [];
  const owner = {
    handleReceived: (_octets: Uint8Array, start: number, end: number): void => void arrived.push(end - start),
    handleError: (code: string): void => void errors.push(code),
  };
  const socket = await openUdpSocket({ local: endpointOf("127.0.0.1", 0)!, owner, ignoreFfi: true });
  open.push(socket);
  const waiting = vi.spyOn(Socket.prototype, "getSendQueueSize").mockReturnValue(UDP_WAITING_MAX_OCTETS - 5);
  try {
    socket.send(new Uint8Array(6), 0, 6, socket.local);
    socket.send(new Uint8Array(5), 0, 5, socket.local);
    expect(errors).toEqual(["ENOBUFS"]);
    await expect.poll(() => arrived, { timeout: 60_000 }).toEqual([5]);
  } finally {
    waiting.mockRestore();
  }
});
