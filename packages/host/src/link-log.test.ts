import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LineSplitter } from "./line-splitter.ts";
import { LinkLog, type LinkOutputs } from "./link-log.ts";
import { type LogLine, parseLogLine } from "./log-line.ts";

describe("lines", () => {
  it("are the same however the octets were cut", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom("a", "\n", "\r", "ä") }), fc.array(fc.nat(8)), (text, cuts) => {
        const octets = Buffer.from(text);
        const lines: string[] = [];
        const splitter = new LineSplitter(1000, { handleLine: (line) => lines.push(line) });
        let start = 0;
        for (const cut of [...cuts, octets.length]) {
          splitter.write(octets.subarray(start, start + cut));
          start += cut;
        }
        splitter.end();
        const expected = text.split("\n").map((line) => line.replace(/\r$/, ""));
        if (text.endsWith("\n") || text === "") expected.pop();
        expect(lines).toEqual(expected);
      }),
    );
  });

  it("are cut at their bound, and the next one is whole", () => {
    const lines: string[] = [];
    const splitter = new LineSplitter(4, { handleLine: (line) => lines.push(line) });
    for (const part of ["123", "456789", "0\nab", "c\n", "x"]) splitter.write(Buffer.from(part));
    splitter.end();
    splitter.end();
    expect(lines).toEqual(["1234", "abc", "x"]);
  });

  it.each([
    ["plain", { level: "warn", text: "plain", fields: {} }],
    ['{"level":"error","msg":"m","port":3,"up":true}', { level: "error", text: "m", fields: { port: 3, up: true } }],
    ['{"level":30,"msg":"m","x":{"y":1}}', { level: "info", text: "m", fields: { x: '{"y":1}' } }],
    ['{"level":"info"}', { level: "warn", text: '{"level":"info"}', fields: {} }],
    ['{"level":"constructor","msg":"m"}', { level: "warn", text: '{"level":"constructor","msg":"m"}', fields: {} }],
    ['{"level":', { level: "warn", text: '{"level":', fields: {} }],
    ['{"level":"info","msg":"a\\nb\\u001b[2J"}', { level: "info", text: String.raw`a\x0ab\x1b[2J`, fields: {} }],
    ["a\u001B]0;title\u0007", { level: "warn", text: String.raw`a\x1b]0;title\x07`, fields: {} }],
    ['{"level":"info","msg":"m","a":null}', { level: "info", text: "m", fields: { a: "null" } }],
  ])("%j is read as %j", (line, parsed) => {
    expect(parseLogLine(line, "warn")).toEqual(parsed);
  });

  it("carry 32 fields at most and none that changes an object", () => {
    const many = Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`f${index}`, index]));
    expect(Object.keys(parseLogLine(JSON.stringify({ level: "info", msg: "", ...many }), "info").fields)).toHaveLength(
      32,
    );
    const line = parseLogLine('{"level":"info","msg":"","__proto__":{"polluted":1}}', "info");
    expect(Object.getPrototypeOf(line.fields)).toBe(Object.prototype);
  });

  it("of any kind are read without a throw", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json().map((json) => `{${json}`),
          fc.json(),
        ),
        (text) => {
          expect(parseLogLine(text, "info").text).toBeDefined();
        },
      ),
    );
  });
});

describe("the log of a link", () => {
  const logOf = (): { log: LinkLog; outputs: LinkOutputs; lines: LogLine[] } => {
    const lines: LogLine[] = [];
    const log = new LinkLog((line) => lines.push(line));
    return { log, outputs: log.openOutputs(), lines };
  };

  it("takes stdout for information and stderr for a warning", () => {
    const { outputs, lines } = logOf();
    outputs.handleOctets("stdout", Buffer.from("one\ntw"), 0);
    outputs.handleOctets("stderr", Buffer.from("bad\n"), 0);
    outputs.end();
    expect(lines.map(({ level, text }) => `${level} ${text}`)).toEqual(["info one", "warn bad", "info tw"]);
  });

  it("lets 1,000 lines a second through and says how many it held back", () => {
    const { outputs, lines } = logOf();
    outputs.handleOctets("stdout", Buffer.from("x\n".repeat(5000)), 0);
    outputs.handleOctets("stdout", Buffer.from("x\n"), 0);
    expect(lines).toHaveLength(1000);
    outputs.handleOctets("stdout", Buffer.from("late\n"), 1000);
    expect(lines.slice(1000).map(({ text }) => text)).toEqual([
      "4001 lines suppressed: more than 1000 or 1 MiB a second",
      "late",
    ]);
    outputs.handleOctets("stdout", Buffer.from("x\n".repeat(1001)), 1000);
    outputs.end();
    expect(lines.at(-1)?.fields).toEqual({ suppressed: 2 });
  });

  it("lets 1 MiB a second through, however few lines that is", () => {
    const { log, outputs, lines } = logOf();
    const long = Buffer.from(`${"y".repeat(60_000)}\n`);
    for (let count = 0; count < 100; count += 1) outputs.handleOctets("stderr", long, 0);
    expect(lines).toHaveLength(17);
    expect(log.suppressed).toBe(83);
    outputs.handleOctets("stderr", Buffer.from("much later\n"), 500);
    expect(lines.at(-1)?.text).toBe("much later");
  });

  it("only counts a flood, whatever way it is cut, and reads on where it ends", () => {
    const { log, outputs, lines } = logOf();
    const flood = Buffer.from("flood\n".repeat(3000));
    for (let at = 0; at < flood.length; at += 7) outputs.handleOctets("stdout", flood.subarray(at, at + 7), 0);
    expect([lines.length, log.suppressed]).toEqual([1000, 2000]);
    outputs.handleOctets("stdout", Buffer.from("the end of"), 0);
    outputs.handleOctets("stdout", Buffer.from(" it\n"), 1000);
    expect(lines.at(-1)?.text).toBe("the end of it");
  });

  it("takes octets without an end for lines left out, and holds one line of them", () => {
    const { log, outputs, lines } = logOf();
    const endless = Buffer.alloc(65_536, "z");
    for (let count = 0; count < 100; count += 1) outputs.handleOctets("stderr", endless, 0);
    expect(log.suppressed).toBe(99);
    for (let count = 0; count < 1000; count += 1) outputs.handleOctets("stdout", endless.subarray(0, 1), 0);
    outputs.handleOctets("stderr", Buffer.from("\nnext\n"), 1000);
    expect(lines.map(({ text }) => text.length)).toEqual([expect.any(Number), 65_536, 4]);
  });

  it("keeps the last 200 lines, each shortened", () => {
    const { log, outputs } = logOf();
    for (let i = 0; i < 300; i += 1) outputs.handleOctets("stdout", Buffer.from(`${i}\n`), i * 1000);
    outputs.handleOctets("stdout", Buffer.from("y".repeat(5000)), 0);
    outputs.end();
    const recent = log.recent;
    expect(recent).toHaveLength(200);
    expect([recent[0], recent.at(-2)]).toEqual(["101", "299"]);
    expect(Buffer.byteLength(recent.at(-1) ?? "")).toBeLessThanOrEqual(1024);
  });

  it("does not mix the lines of one process with those of the next", () => {
    const { log, outputs, lines } = logOf();
    const next = log.openOutputs();
    outputs.handleOctets("stdout", Buffer.from("ol"), 0);
    next.handleOctets("stdout", Buffer.from("new"), 0);
    outputs.handleOctets("stdout", Buffer.from("d"), 0);
    outputs.end();
    next.end();
    expect(lines.map(({ text }) => text)).toEqual(["old", "new"]);
  });
});
