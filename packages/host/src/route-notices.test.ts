import { beforeEach, describe, expect, it } from "vitest";
import { ERRNO } from "./linux-socket.ts";
import { INTERFACES_MAX, NOTICES_PER_TURN, RouteNotices } from "./route-notices.ts";

const UP = 0x1_0001;
const octets = new Uint8Array(64);
const view = new DataView(octets.buffer);

let waiting: (() => number)[];
let notices: RouteNotices;

beforeEach(() => {
  waiting = [];
  notices = new RouteNotices({ octets, receive: () => waiting.shift()?.() ?? -ERRNO.EAGAIN });
});

function link(index: number, flags: number): () => number {
  return () => {
    view.setUint32(0, 32, true);
    view.setUint16(4, 16, true);
    view.setInt32(20, index, true);
    view.setUint32(24, flags, true);
    return 32;
  };
}

describe("notices of the kernel", () => {
  it("are news when an interface goes up or down, and none when it says the same again", () => {
    waiting = [link(3, UP)];
    expect([notices.read(), notices.carries(3)]).toEqual([true, true]);
    waiting = [link(3, UP)];
    expect(notices.read()).toBe(false);
    waiting = [link(3, 1)];
    expect([notices.read(), notices.carries(3)]).toEqual([true, false]);
  });

  it("are none of what others sent, and of nothing", () => {
    waiting = [() => 0];
    expect(notices.read()).toBe(false);
    expect(notices.read()).toBe(false);
  });

  it("are forgotten when the kernel could not keep all of them", () => {
    notices.note(3, true);
    waiting = [() => -ERRNO.ENOBUFS];
    expect([notices.read(), notices.carries(3)]).toEqual([true, undefined]);
  });

  it("are not believed when they are older than those that were lost", () => {
    const before = Array.from({ length: NOTICES_PER_TURN }, (_, index) => link(index + 10, UP));
    waiting = [() => -ERRNO.ENOBUFS, link(3, 1), ...before];
    expect([notices.read(), notices.carries(3)]).toEqual([true, undefined]);
    notices.note(3, false);
    expect(notices.carries(3), "it may have come back, and nobody would tell").toBeUndefined();
    expect([notices.read(), notices.carries(3), notices.carries(10)]).toEqual([true, undefined, undefined]);
    waiting = [link(3, UP)];
    expect([notices.read(), notices.carries(3)]).toEqual([true, true]);
  });

  it("are read so many a turn", () => {
    waiting = Array.from({ length: NOTICES_PER_TURN + 1 }, (_, index) => link(index, UP));
    notices.read();
    expect([waiting.length, notices.mayHaveMore]).toEqual([1, true]);
    notices.read();
    expect([waiting.length, notices.mayHaveMore]).toEqual([0, false]);
  });

  it("are remembered of so many interfaces", () => {
    for (let index = 0; index <= INTERFACES_MAX; index += 1) notices.note(index, true);
    expect([notices.carries(0), notices.carries(INTERFACES_MAX)]).toEqual([undefined, true]);
  });
});
