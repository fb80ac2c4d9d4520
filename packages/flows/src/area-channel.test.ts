import { type AreaMessage, Cause, encodeAreaMessage, encodeOpened } from "@flor/wire";
import { expect, test } from "vitest";
import { AREA_QUEUE_MAX_OCTETS, AreaChannel } from "./area-channel.ts";
import { STREAM_BLOCKED, STREAM_RESET, type StreamCarrier } from "./stream-carrier.ts";

/** A stream that takes nothing until it is told to, and gives what it is told to. */
class Carrier implements StreamCarrier {
  takes = 0;
  readonly arriving: Uint8Array[] = [];
  readonly sent: number[] = [];
  resets = 0;
  lastFin = false;
  isReset = false;

  send(_stream: number, octets: Uint8Array): number {
    const accepted = Math.min(this.takes, octets.length);
    this.sent.push(...octets.subarray(0, accepted));
    this.takes -= accepted;
    return accepted;
  }

  sendFrom(): number {
    return 0;
  }

  receive(_stream: number, into: Uint8Array): number {
    const next = this.arriving.shift();
    if (next === undefined) return this.isReset ? STREAM_RESET : STREAM_BLOCKED;
    into.set(next);
    return next.length;
  }

  lend(): Uint8Array {
    return new Uint8Array(0);
  }

  takeLent(): number {
    return STREAM_BLOCKED;
  }

  sendDatagram(): boolean {
    return false;
  }

  resetStream(): void {
    this.resets += 1;
  }

  stopSending(): void {}
}

function opened(carrier: Carrier): { channel: AreaChannel; read: AreaMessage[]; ended: string[]; blocked: number[] } {
  const [read, ended, blocked]: [AreaMessage[], string[], number[]] = [[], [], []];
  const channel = AreaChannel.open(carrier, 4, {
    handleMessage: (message) => void read.push(message),
    handleEnded: (reason) => void ended.push(reason),
    handleBlocked: () => void blocked.push(1),
  });
  return { channel, read, ended, blocked };
}

test("messages behind the answer are read, and those that the stream did not take go out later, whole", () => {
  const carrier = new Carrier();
  carrier.takes = 3;
  const { channel, read, blocked } = opened(carrier);
  channel.send({ id: 9, change: {} });
  expect(blocked).toHaveLength(1);
  carrier.takes = 1000;
  channel.handleWritable();
  expect(carrier.sent.slice(-encodeAreaMessage({ id: 9, change: {} }).length)).toEqual([
    ...encodeAreaMessage({ id: 9, change: {} }),
  ]);
  carrier.arriving.push(
    Uint8Array.from([...encodeOpened({ cause: Cause.OK }), ...encodeAreaMessage({ id: 5, gone: {} })]),
  );
  channel.handleReadable();
  expect(read.map(({ id }) => id)).toEqual([5]);
});

test("an older node's refusal ends it, and so does a reset, once", () => {
  const carrier = new Carrier();
  const { channel, ended } = opened(carrier);
  carrier.arriving.push(encodeOpened({ cause: Cause.COMMAND_NOT_SUPPORTED, text: "command 5" }));
  channel.handleReadable();
  carrier.isReset = true;
  channel.handleReadable();
  channel.handleCarrierLost();
  expect(ended).toEqual(["command 5"]);
});

test("a peer that leaves more unread than may wait is let go", () => {
  const carrier = new Carrier();
  const { channel, ended } = opened(carrier);
  const message = { id: 1, gone: { records: new Uint8Array(8000) } };
  const fits = Math.floor(AREA_QUEUE_MAX_OCTETS / encodeAreaMessage(message).length) - 1;
  for (let n = 0; n < fits; n += 1) channel.send(message);
  expect(ended).toEqual([]);
  for (let n = 0; n < 2; n += 1) channel.send(message);
  expect(ended).toEqual(["messages left unread"]);
  expect(carrier.resets).toBe(1);
});
