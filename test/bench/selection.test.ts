import { expect, test } from "vitest";
import { parseSelection, QUICK } from "./selection.ts";

const rows = ["download", "download-8", "start"];
const peers = ["direct", "ssh -D cubic", "ssh -D bbr"];

test("without arguments everything is run", () => {
  expect(parseSelection([], rows, peers)).toEqual({
    rows,
    peers,
    rounds: 3,
    bulkOctets: 1e9,
    busy: false,
    writeDocs: false,
  });
  expect(parseSelection([], rows, peers).base).toBeUndefined();
});

test("a name selects itself, and a program all of its columns", () => {
  const selection = parseSelection(["--rows", "download", "--peers", "ssh", "--size", "256M"], rows, peers);
  expect(selection).toMatchObject({ rows: ["download"], peers: ["ssh -D cubic", "ssh -D bbr"], bulkOctets: 256e6 });
});

test("--quick selects what most is asked of, and each option still counts", () => {
  const known = [QUICK.rows.split(","), QUICK.peers.split(",")] as const;
  expect(parseSelection(["--quick"], ["links", ...known[0]], ["direct", ...known[1]])).toMatchObject({
    rows: known[0],
    peers: known[1],
    rounds: 2,
    bulkOctets: 600e6,
  });
  expect(parseSelection(["--quick", "--rounds", "1", "--rows", "start"], ...known)).toMatchObject({
    rows: ["start"],
    peers: known[1],
    rounds: 1,
  });
});

test.each([
  [["--rows", "downlod"], "--rows downlod: unknown; there are download, download-8, start"],
  [["--rounds", "0"], "--rounds 0: not a positive number"],
  [["--size", "1 GB"], "--size 1 GB: write it as 256M or 1G"],
])("%j is refused", (args, message) => {
  expect(() => parseSelection(args, rows, peers)).toThrow(message);
});
