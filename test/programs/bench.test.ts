import { run } from "@flor/testkit";
import { expect, test } from "vitest";

test("the bench measures what it is asked for, and shows a table", async () => {
  const rows = "download,upload,round-trip,round-trip-loaded,new-flows";
  const args = ["test/bench/main.ts", "--peers", "direct,ssh", "--rows", rows, "--rounds", "1", "--size", "10M"];
  const said = await run(process.execPath, args);
  expect(said).not.toMatch(/failed:|did not start/);
  const figures = [...said.matchAll(/^\| ([\w-]+) +\| ([\w/, ]+?) +\| +([\d.]+|–) \|/gm)].map(
    (line) => `${line[1]} ${line[2]} ${Number(line[3]) > 0}`,
  );
  expect(figures).toEqual(
    expect.arrayContaining([
      "download Mbit/s true",
      "upload Mbit/s true",
      "round-trip p50 ms true",
      "round-trip-loaded p99 ms true",
      "new-flows flows/s true",
    ]),
  );
});
