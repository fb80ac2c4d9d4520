import { expect, it } from "vitest";
import { linkEnvironment } from "./link-environment.ts";

it("hands on what is harmless, adds what is configured, and nothing else", () => {
  const own = { PATH: "/bin", HOME: "/root", LANG: "C", TZ: "UTC", AWS_SECRET_ACCESS_KEY: "s", NODE_OPTIONS: "--x" };
  expect(linkEnvironment(own, { TZ: "Asia/Tokyo", MODE: "fast", FLOR_IO: "0" })).toEqual({
    PATH: "/bin",
    HOME: "/root",
    LANG: "C",
    TZ: "Asia/Tokyo",
    MODE: "fast",
    FLOR_IO: "1",
  });
});
