import { afterEach, describe, expect, it } from "vitest";
import { endpointOf, type IpEndpoint } from "./ip-endpoint.ts";
import { openWireSocket } from "./open-wire-socket.ts";
import type { WireSocket } from "./wire-socket.ts";

const kinds = [
  { kind: "ffi with segmentation", ignoreFfi: false, segmentation: true },
  { kind: "ffi without segmentation", ignoreFfi: false, segmentation: false },
  { kind: "portable", ignoreFfi: true, segmentation: true },
] as const;

describe.each(kinds)("a wire socket, $kind", ({ ignoreFfi, segmentation }) => {
  const open: WireSocket[] = [];

  async function openSocket(host = "127.0.0.1", port = 0): Promise<WireSocket> {
    const socket = await openWireSocket({ local: endpoint(host, port), ignoreFfi, segmentation });
    open.push(socket);
    return socket;
  }

  afterEach(() => {
    for (const socket of open.splice(0)) socket.close();
  });

  it.each(["127.0.0.1", "::1"])("carries datagrams on %s and says where they came from", async (host) => {
    const [one, other] = [await openSocket(host), await openSocket(host)];
    const received = collect(other, 3);
    one.gather(Uint8Array.of(0, 1, 2, 3), 1, 3);
    expect(one.send(other.local, 3)).toBe("sent");
    expect(await received).toEqual([1, 2, 3]);
    expect(other.source.toEndpoint()).toEqual(one.local);
    expect(other.source.is(one.local)).toBe(true);
    expect(other.source.is(other.local)).toBe(false);
  });

  it.each(["127.0.0.1", "::1", "::"])(
    "tells where nobody listens, sends on to others, and rests, from %s",
    async (host) => {
      const one = await openSocket(host);
      const there = host === "::" ? "127.0.0.1" : host;
      const [gone, other] = [await openSocket(there), await openSocket(there)];
      gone.close();
      if (!one.usesFfi) return;
      const told = new Promise((resolve) => {
        one.onPathError = (code, to) => resolve([code, to.host, to.port]);
      });
      const received = collect(other, 2);
      for (const to of [gone, other, gone, other]) {
        one.gather(Uint8Array.of(7), 0, 1);
        expect(one.send(to.local, 1)).toBe("sent");
      }
      expect(await received).toEqual([7, 7]);
      expect(await told).toEqual(["ECONNREFUSED", there, gone.local.port]);
      const again = collect(one, 1);
      other.gather(Uint8Array.of(8), 0, 1);
      other.send(endpoint(there, one.local.port), 1);
      expect(await again).toEqual([8]);
    },
  );

  it("takes IPv4 and IPv6 when it listens on ::", async () => {
    const dual = await openSocket("::");
    for (const host of ["127.0.0.1", "::1"]) {
      const peer = await openSocket(host);
      const there = collect(dual, 1);
      peer.gather(Uint8Array.of(5), 0, 1);
      peer.send(endpoint(host, dual.local.port), 1);
      expect(await there).toEqual([5]);
      expect(dual.source.toEndpoint()).toEqual(peer.local);
      const back = collect(peer, 1);
      dual.gather(Uint8Array.of(6), 0, 1);
      dual.send(dual.source.toEndpoint(), 1);
      expect(await back).toEqual([6]);
    }
  });

  it("sends what was gathered as datagrams of one size and a shorter last one", async () => {
    const [one, other] = [await openSocket(), await openSocket()];
    const octets = Uint8Array.from({ length: 5000 }, (_, index) => index & 0xff);
    const received = collect(other, 5000);
    for (let at = 0; at < 5000; at += 250) one.gather(octets, at, 250);
    expect(one.send(other.local, 1400)).toBe("sent");
    expect(await received).toEqual([...octets]);
    expect(one.counters).toMatchObject(
      one.usesSegmentation
        ? { sends: 1, segmentedSends: 1, sentOctets: 5000 }
        : { sends: 4, segmentedSends: 0, sentOctets: 5000 },
    );
  });

  it("gives every datagram headroom", async () => {
    const [one, other] = [await openSocket(), await openSocket()];
    const offsets = new Promise<number>((resolve) => {
      other.onDatagram = (_octets, offset, end) => {
        resolve(offset);
        return end;
      };
    });
    one.gather(Uint8Array.of(1), 0, 1);
    one.send(other.local, 1);
    expect(await offsets).toBeGreaterThanOrEqual(8);
  });

  it("refuses an address in use with the code of bind(2)", async () => {
    const socket = await openSocket();
    await expect(openSocket("127.0.0.1", socket.local.port)).rejects.toMatchObject({ code: "EADDRINUSE" });
  });

  it("fails to send after close, without a throw", async () => {
    const [one, other] = [await openSocket(), await openSocket()];
    one.close();
    one.gather(Uint8Array.of(1), 0, 1);
    expect(one.send(other.local, 1)).toBe("failed");
    expect(one.counters.sendFailed).toBe(1);
  });
});

describe("an ffi wire socket", () => {
  const open: WireSocket[] = [];

  async function openSocket(): Promise<WireSocket> {
    const socket = await openWireSocket({ local: endpoint("127.0.0.1", 0), segmentation: false });
    open.push(socket);
    return socket;
  }

  afterEach(() => {
    for (const socket of open.splice(0)) socket.close();
  });

  it("leaves datagrams in the kernel while they are not taken, and offers the rest again in order", async () => {
    const [one, other] = [await openSocket(), await openSocket()];
    const taken: number[] = [];
    let credit = 5;
    const settled = new Promise<void>((resolve) => {
      const offer = (): void => {
        credit = 4;
        other.resume();
        if (taken.length === 80) resolve();
      };
      other.onDatagram = (octets, offset, end) => {
        for (let at = offset; at < end; at += 1) {
          if (credit === 0) {
            setImmediate(offer);
            return at;
          }
          credit -= 1;
          taken.push(octets[at] ?? -1);
        }
        if (taken.length === 80) resolve();
        return end;
      };
    });
    for (let value = 0; value < 80; value += 2) {
      one.gather(Uint8Array.of(value, value + 1), 0, 2);
      one.send(other.local, 2);
    }
    await settled;
    expect(taken).toEqual(Array.from({ length: 80 }, (_, value) => value));
  });

  it("reports a datagram longer than the interface takes, and the path's MTU", async () => {
    const [one, other] = [await openSocket(), await openSocket()];
    expect(one.pathMtu(other.local)).toBeGreaterThanOrEqual(65_535);
    one.gather(new Uint8Array(65_507), 0, 65_507);
    one.gather(new Uint8Array(1), 0, 1);
    expect(one.send(other.local, 65_508)).toBe("too-long");
    expect(one.counters.sendTooLong).toBe(1);
  });
});

function endpoint(host: string, port: number): IpEndpoint {
  const made = endpointOf(host, port);
  if (made === undefined) throw new Error(`${host} is no address`);
  return made;
}

async function collect(socket: WireSocket, count: number): Promise<number[]> {
  const taken: number[] = [];
  return new Promise((resolve) => {
    socket.onDatagram = (octets, offset, end) => {
      taken.push(...octets.subarray(offset, end));
      if (taken.length >= count) resolve(taken);
      return end;
    };
  });
}

describe("an ffi wire socket that listens on all addresses", () => {
  it.each(["0.0.0.0", "::"])("on %s knows where each datagram was sent to, and answers from there", async (any) => {
    await using wire = await openDisposable(any);
    for (const to of ["127.0.0.1", "127.0.0.2", "127.0.0.3"]) {
      await using peer = await openDisposable("127.0.0.1");
      const there = collect(wire.socket, 1);
      peer.socket.gather(Uint8Array.of(1), 0, 1);
      peer.socket.send(endpoint(to, wire.socket.local.port), 1);
      await there;
      expect(wire.socket.source.local?.words).toEqual(endpoint(to, 0).words);
      const back = collect(peer.socket, 4);
      const { socket } = wire;
      socket.gather(Uint8Array.of(1, 2, 3, 4), 0, 4);
      expect(socket.send(socket.source.toEndpoint(), 2, socket.source.local)).toBe("sent");
      expect(await back).toEqual([1, 2, 3, 4]);
      expect(peer.socket.source.toEndpoint()).toEqual(endpoint(to, socket.local.port));
    }
  });

  it("sends from another address when the one that it was to send from is gone", async () => {
    await using wire = await openDisposable("0.0.0.0");
    await using peer = await openDisposable("127.0.0.1");
    const received = collect(peer.socket, 2);
    const gone = { words: endpoint("192.0.2.77", 0).words, scope: 0 };
    wire.socket.gather(Uint8Array.of(7, 8), 0, 2);
    expect(wire.socket.send(peer.socket.local, 1, gone)).toBe("sent");
    expect(await received).toEqual([7, 8]);
    expect(wire.socket.usesSegmentation).toBe(true);
  });
});

async function openDisposable(host: string): Promise<{ socket: WireSocket } & AsyncDisposable> {
  const socket = await openWireSocket({ local: endpoint(host, 0) });
  return { socket, [Symbol.asyncDispose]: async () => socket.close() };
}
