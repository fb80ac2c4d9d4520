/** The example of docs/write-an-inbound.md. */
import { readFileSync } from "node:fs";
import { Cause } from "@flor/wire";
import { expect, it } from "vitest";
import { ToldClient } from "../told-client.testing.ts";
import { createLineInbound } from "./line-inbound.testing.ts";

it("takes a line in any split, and hands on what follows it", () => {
  for (const size of [Infinity, 1, 7]) {
    const client = new ToldClient(createLineInbound()).send("web.example:80\nGET /", size);
    expect(client.request?.destination).toEqual({ target: { kind: "domain", name: "web.example" }, port: 80 });
    expect(client.upstream).toBe("GET /");
    client.request?.reply(Cause.OK, undefined);
    expect(client.sent).toBe("ok\n");
  }
});

it("refuses what is no line, and holds no more than one", () => {
  expect(new ToldClient(createLineInbound()).send("web.example\n")).toMatchObject({ refusal: "line-malformed" });
  expect(new ToldClient(createLineInbound()).send("x".repeat(10_000), 100)).toMatchObject({ refusal: "line-too-long" });
});

it("is what the page shows", () => {
  const page = readFileSync(new URL("../../../../docs/write-an-inbound.md", import.meta.url), "utf8");
  const source = readFileSync(new URL("line-inbound.testing.ts", import.meta.url), "utf8");
  expect(page).toContain(source);
});
