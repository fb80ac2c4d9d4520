import { type OctetSource, Pieces } from "@flor/machine";
import { beforeEach, describe, expect, it } from "vitest";
import type { LocalSocket, LocalSocketListener } from "./local-socket.ts";
import { Relay, type RelayOwner } from "./relay.ts";
import type { StreamCarrier } from "./stream-carrier.ts";
import { StreamErrorCode } from "./stream-error-code.ts";

/** Octets that lie in one piece. */
const PIECE_OCTETS = 8;

/** A stream whose window the test opens octet by octet. */
class WindowedCarrier implements StreamCarrier {
  window = Infinity;
  sent: number[] = [];
  finSent = false;
  incoming: { octets: Uint8Array; fin: boolean }[] = [];
  lastFin = false;
  stopped = false;
  resetByPeer = false;
  resets: number[] = [];
  stops: number[] = [];

  send(_stream: number, octets: Uint8Array, fin: boolean): number {
    if (this.stopped) return -2;
    const accepted = Math.min(this.window, octets.length);
    this.window -= accepted;
    this.sent.push(...octets.subarray(0, accepted));
    if (fin && accepted === octets.length) this.finSent = true;
    return accepted;
  }

  receive(): number {
    throw new Error("a relay writes from where the octets lie");
  }

  sendFrom(_stream: number, source: OctetSource): number {
    if (this.stopped) return -2;
    const pieces = new Pieces();
    const place = new Uint8Array(Math.min(this.window, 2 * PIECE_OCTETS));
    for (let at = 0; at < place.length; at += PIECE_OCTETS)
      pieces.add(place, at, Math.min(place.length, at + PIECE_OCTETS));
    const moved = pieces.count === 0 ? 0 : source.readInto(pieces);
    this.window -= moved;
    this.sent.push(...place.subarray(0, moved));
    return moved;
  }

  lend(_stream: number, pieces: Pieces): void {
    pieces.clear();
    const octets = this.resetByPeer ? undefined : this.incoming[0]?.octets;
    if (octets === undefined) return;
    for (let at = 0; at < octets.length && !pieces.isFull; at += PIECE_OCTETS)
      pieces.add(octets, at, Math.min(octets.length, at + PIECE_OCTETS));
  }

  takeLent(_stream: number, octets: number): number {
    if (this.resetByPeer) return -2;
    const next = this.incoming[0];
    if (next === undefined) return -1;
    next.octets = next.octets.subarray(octets);
    this.lastFin = next.octets.length === 0 && next.fin;
    if (next.octets.length === 0) this.incoming.shift();
    return octets;
  }

  sendDatagram(): boolean {
    return false;
  }

  resetStream(_stream: number, code: number): void {
    this.resets.push(code);
  }

  stopSending(_stream: number, code: number): void {
    this.stops.push(code);
  }
}

class RecordingSocket implements LocalSocket {
  written: number[] = [];
  buffered = 0;
  ended = false;
  wasReset = false;
  paused = false;

  listen(_listener: LocalSocketListener): void {}

  write(octets: Uint8Array): number {
    this.written.push(...octets);
    return this.buffered;
  }

  end(): void {
    this.ended = true;
  }

  reset(): void {
    this.wasReset = true;
  }

  pause(): void {
    this.paused = true;
  }

  resume(): void {
    this.paused = false;
  }
}

/** One that takes several pieces at once, and `takes` octets at least. */
class GatheringSocket extends RecordingSocket {
  takes = Infinity;
  writes = 0;

  writePieces(pieces: Pieces): number {
    this.writes += 1;
    if (this.takes < pieces.octets) pieces.cutBehind(this.takes);
    for (let index = 0; index < pieces.count; index += 1) this.written.push(...pieces.at(index));
    return this.takes < pieces.octets ? 1 : this.buffered;
  }
}

let carrier: WindowedCarrier;
let socket: RecordingSocket;
let blocked: number;
let ended: number;
let relay: Relay;

beforeEach(() => {
  carrier = new WindowedCarrier();
  socket = new RecordingSocket();
  blocked = 0;
  ended = 0;
  const owner: RelayOwner = {
    handleRelayTouched: () => {},
    handleStreamBlocked: () => void (blocked += 1),
    handleRelayEnded: () => void (ended += 1),
  };
  relay = new Relay(carrier, 4, socket, owner);
});

/** A host that has octets beyond those that it told. */
function waiting(...octets: number[]): OctetSource {
  return {
    readInto(pieces) {
      let moved = 0;
      for (let index = 0; index < pieces.count; index += 1) {
        const piece = pieces.at(index);
        const part = octets.splice(0, piece.length);
        piece.set(part);
        moved += part.length;
      }
      return moved;
    },
  };
}

describe("relay toward the stream", () => {
  it("has what waits in the host moved behind what was told, and no more than the stream takes", () => {
    const source = waiting(...Array.from({ length: 20 }, (_, at) => at));
    relay.handleOctets(Uint8Array.of(77));
    relay.handleWaiting(source);
    carrier.window = 2;
    relay.handleWaiting(source);
    relay.handleWaiting(source);
    expect(carrier.sent).toEqual([77, ...Array.from({ length: 18 }, (_, at) => at)]);
    expect(relay.octetsToStream).toBe(19);
    relay.handleOctets(Uint8Array.of(18));
    expect(socket.paused).toBe(true);
    carrier.window = Infinity;
    // What was told and not accepted goes first.
    relay.handleWaiting(source);
    relay.handleWritable();
    expect(carrier.sent.at(-1)).toBe(18);
  });

  it("leaves what waits in the host where it is once the stream was stopped", () => {
    carrier.stopped = true;
    relay.handleWaiting(waiting(1));
    relay.handleWaiting(waiting(2));
    expect([carrier.sent, relay.octetsToStream]).toEqual([[], 0]);
  });

  it("stops reading the client while the stream takes nothing, and goes on where it stopped", () => {
    carrier.window = 3;
    relay.handleOctets(new Uint8Array([1, 2, 3, 4, 5]));
    expect(socket.paused).toBe(true);
    expect(blocked).toBe(1);
    carrier.window = 1;
    relay.handleWritable();
    expect(blocked).toBe(2);
    carrier.window = Infinity;
    relay.handleWritable();
    expect(carrier.sent).toEqual([1, 2, 3, 4, 5]);
    expect(socket.paused).toBe(false);
    expect(relay.octetsToStream).toBe(5);
  });

  it("keeps octets that were already read when it stopped reading, in order", () => {
    carrier.window = 1;
    relay.handleOctets(new Uint8Array([1, 2]));
    relay.handleOctets(new Uint8Array([3, 4]));
    carrier.window = Infinity;
    relay.handleWritable();
    expect(carrier.sent).toEqual([1, 2, 3, 4]);
  });

  it("sends the end only after all octets", () => {
    carrier.window = 1;
    relay.handleOctets(new Uint8Array([1, 2]));
    relay.handleEnd();
    expect(carrier.finSent).toBe(false);
    carrier.window = Infinity;
    relay.handleWritable();
    expect(carrier.finSent).toBe(true);
    expect(ended).toBe(0);
  });

  it("sends what was read of a client that was reset, and the reset behind it", () => {
    carrier.window = 1;
    relay.handleOctets(new Uint8Array([1, 2, 3]));
    relay.handleReset();
    expect([carrier.resets, carrier.stops, ended]).toEqual([[], [StreamErrorCode.connectionReset], 0]);
    carrier.window = Infinity;
    relay.handleWritable();
    expect(carrier.sent).toEqual([1, 2, 3]);
    expect([carrier.resets, ended, socket.wasReset]).toEqual([[StreamErrorCode.connectionReset], 1, true]);
  });

  it("sends an end that waits, and nothing of a reset behind it, as a reset", () => {
    carrier.window = 0;
    relay.handleOctets(new Uint8Array([1]));
    relay.handleEnd();
    relay.handleReset();
    carrier.window = Infinity;
    relay.handleWritable();
    expect([carrier.sent, carrier.finSent, carrier.resets]).toEqual([[1], false, [StreamErrorCode.connectionReset]]);
  });

  it("goes on reading a client whose octets nobody takes any more, until the stream's end is with it", () => {
    carrier.window = 1;
    relay.handleOctets(new Uint8Array([1, 2]));
    carrier.stopped = true;
    relay.handleWritable();
    relay.handleOctets(new Uint8Array([3]));
    expect([socket.paused, socket.wasReset, ended, relay.isBlocked]).toEqual([false, false, 0, false]);
    carrier.incoming = [{ octets: new Uint8Array([7, 8]), fin: false }];
    relay.handleReadable(100);
    carrier.resetByPeer = true;
    relay.handleReadable(100);
    expect([socket.written, socket.wasReset, ended]).toEqual([[7, 8], true, 1]);
  });

  it("resets a client that ended before, when the far end takes no more", () => {
    carrier.incoming = [{ octets: new Uint8Array([7]), fin: true }];
    relay.handleReadable(100);
    carrier.stopped = true;
    relay.handleOctets(new Uint8Array([1]));
    expect([socket.written, socket.ended, socket.wasReset, ended]).toEqual([[7], true, true, 1]);
  });
});

describe("relay toward the client", () => {
  it("gives a socket that takes pieces all that lies there at once, and what it leaves again later", () => {
    const gathering = new GatheringSocket();
    const owner: RelayOwner = {
      handleRelayTouched: () => {},
      handleStreamBlocked: () => {},
      handleRelayEnded: () => {},
    };
    relay = new Relay(carrier, 4, gathering, owner);
    const octets = Uint8Array.from({ length: 50 }, (_, at) => at);
    carrier.incoming.push({ octets, fin: true });
    gathering.takes = 20;
    // The piece that octet 20 lies in is taken whole.
    expect(relay.handleReadable(1000)).toBe(24);
    expect([relay.isSocketBlocked, gathering.writes, relay.octetsToSocket]).toEqual([true, 1, 24]);
    expect(relay.handleReadable(1000)).toBe(0);
    gathering.takes = Infinity;
    relay.handleDrain();
    expect(relay.handleReadable(1000)).toBe(26);
    expect([gathering.written, gathering.ended, relay.octetsToSocket]).toEqual([[...octets], true, 50]);
  });

  it("moves octets until the client's socket holds some back, then waits for it to drain", () => {
    carrier.incoming = [{ octets: new Uint8Array(20).fill(7), fin: false }];
    socket.buffered = 1;
    expect(relay.handleReadable(100)).toBe(8);
    expect(relay.handleReadable(100)).toBe(0);
    socket.buffered = 0;
    relay.handleDrain();
    relay.handleReadable(100);
    expect(socket.written).toHaveLength(20);
  });

  it("leaves the rest for later when the budget ends", () => {
    carrier.incoming = [{ octets: new Uint8Array(40), fin: false }];
    expect(relay.handleReadable(16)).toBe(16);
    expect(socket.written).toHaveLength(16);
  });

  it("ends the client's direction with the stream's, and the flow with both", () => {
    carrier.incoming = [{ octets: new Uint8Array([1]), fin: true }];
    relay.handleReadable(100);
    expect(socket.ended).toBe(true);
    expect(ended).toBe(0);
    relay.handleEnd();
    expect(ended).toBe(1);
  });

  it("gives a client that reads slowly what came before the reset, and RST behind it", () => {
    socket.buffered = 1;
    carrier.incoming = [
      { octets: new Uint8Array([1, 2]), fin: false },
      { octets: new Uint8Array([3]), fin: false },
    ];
    relay.handleReadable(2);
    relay.handleReadable(2);
    expect([socket.written, socket.wasReset, relay.isSocketBlocked]).toEqual([[1, 2], false, true]);
    socket.buffered = 0;
    relay.handleDrain();
    relay.handleReadable(2);
    carrier.resetByPeer = true;
    relay.handleReadable(2);
    expect([socket.written, socket.wasReset]).toEqual([[1, 2, 3], true]);
  });

  it("turns a reset stream into RST, once", () => {
    carrier.resetByPeer = true;
    relay.handleReadable(100);
    expect(socket.wasReset).toBe(true);
    expect(carrier.resets).toEqual([StreamErrorCode.connectionReset]);
    expect(ended).toBe(1);
    relay.handleReset();
    expect([carrier.resets.length, carrier.stops.length, ended]).toEqual([1, 0, 1]);
  });

  it("tears both sides down at once when the session is gone", () => {
    carrier.window = 0;
    relay.handleOctets(new Uint8Array([1]));
    relay.reset();
    expect([socket.wasReset, carrier.resets.length, carrier.stops.length, ended]).toEqual([true, 1, 1, 1]);
  });
});
