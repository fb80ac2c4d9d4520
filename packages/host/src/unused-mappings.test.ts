import { closeSync, mkdtempSync, openSync, realpathSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { lastingFile, programMappings, unchangedMappings } from "./unused-mappings.ts";

function mapping(head: string, { rss, own = 0, swap = 0 }: { rss: number; own?: number; swap?: number }): string {
  return `${head}
Size:              45420 kB
Rss:               ${rss} kB
Pss:                 837 kB
Private_Dirty:         ${own} kB
Anonymous:             ${own} kB
Swap:                  ${swap} kB
THPeligible:           0
VmFlags: rd ex mr mw me
`;
}

const PROGRAM = "/usr/lib/flor/node";
const FILE = `0042e000 fe:00 10043223                           ${PROGRAM}`;

test("what is found is of the program, private, cannot be written, was not changed and is worth it", () => {
  const smaps = [
    mapping(`0082e000-03489000 r-xp ${FILE}`, { rss: 23_844 }),
    mapping(`03489000-072a7000 r--p ${FILE}`, { rss: 16_284 }),
    // Relocated: its pages are other than those of the file.
    mapping(`072a7000-07abc000 r--p ${FILE}`, { rss: 2000, own: 24 }),
    mapping(`07abc000-07acd000 r--p ${FILE}`, { rss: 2000, swap: 4 }),
    mapping(`07acd000-07ade000 rw-p ${FILE}`, { rss: 2000 }),
    mapping(`07ade000-07aef000 r--s ${FILE}`, { rss: 2000 }),
    mapping(`07aef000-07b00000 r--p ${FILE}`, { rss: 64 }),
    mapping("7f0000000000-7f0000800000 r--p 00000000 00:00 0", { rss: 2000 }),
    mapping("7ffd328d9000-7ffd328fa000 r-xp 00000000 00:00 0      [vdso]", { rss: 2000 }),
    mapping("7f1000000000-7f1000100000 r--p 00000000 fe:00 326269    /usr/lib/libc.so.6", { rss: 2000 }),
    mapping(`7f2000000000-7f2000100000 r-xp ${FILE}`, { rss: 400 }),
    mapping(`7f3000000000-7f3000100000 r-xp ${FILE} (deleted)`, { rss: 400 }),
  ].join("");
  expect(unchangedMappings(smaps, PROGRAM)).toEqual([
    { address: 0x82e000, octets: 0x3489000 - 0x82e000 },
    { address: 0x3489000, octets: 0x72a7000 - 0x3489000 },
    { address: 0x7f2000000000, octets: 0x100000 },
  ]);
});

const isLinux = process.platform === "linux";

test.runIf(isLinux && lastingFile("/proc/self/exe") !== undefined)("this process has its program mapped", () => {
  expect(Math.max(...programMappings().map(({ octets }) => octets))).toBeGreaterThan(1 << 20);
});

test.runIf(isLinux)("a file that another one has replaced, or that is gone, does not last", () => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "flor-program-")));
  const path = join(folder, "program");
  for (const leave of [() => renameSync(join(folder, "next"), path), () => rmSync(path)]) {
    writeFileSync(path, "first");
    writeFileSync(join(folder, "next"), "second");
    const descriptor = openSync(path, "r");
    const link = `/proc/self/fd/${descriptor}`;
    expect(lastingFile(link)).toBe(path);
    leave();
    expect(lastingFile(link)).toBeUndefined();
    closeSync(descriptor);
  }
  rmSync(folder, { recursive: true });
});
