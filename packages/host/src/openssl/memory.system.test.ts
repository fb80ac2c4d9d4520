import koffi from "koffi";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, it } from "vitest";
import { Handshakes } from "./handshakes.testing.ts";

const WORD = koffi.types.uint64;
/** struct mallinfo2 of malloc.h, glibc. */
const MALLINFO = koffi.struct({
  arena: WORD,
  ordblks: WORD,
  smblks: WORD,
  hblks: WORD,
  hblkhd: WORD,
  usmblks: WORD,
  fsmblks: WORD,
  uordblks: WORD,
  fordblks: WORD,
  keepcost: WORD,
});
const mallinfo = koffi.load("libc.so.6").func("mallinfo2", MALLINFO, []) as () => Record<string, number | bigint>;

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

/** Octets that C holds, once all finalizers have run. */
async function heldOctets(): Promise<number> {
  for (let times = 0; times < 3; times += 1) {
    collect();
    await new Promise((resolve) => setImmediate(resolve));
  }
  const { uordblks, hblkhd } = mallinfo();
  return Number(uordblks) + Number(hblkhd);
}

function handshakes(count: number): void {
  for (let round = 0; round < count; round += 1) {
    const both = new Handshakes().run();
    expect(both.server.isComplete).toBe(true);
    both.free();
  }
}

it("handshakes leave nothing behind in C", async () => {
  handshakes(200);
  const count = 250;
  const growths: number[] = [];
  for (let round = 0; round < 4; round += 1) {
    const before = await heldOctets();
    handshakes(count);
    growths.push(((await heldOctets()) - before) / count);
  }
  // 16 octets lost for each message would be 400, in each round; what else the process takes comes in one or another.
  expect(Math.min(...growths)).toBeLessThan(100);
});
