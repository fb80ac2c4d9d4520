import { expect, it } from "vitest";
import { joinReasons } from "./join-reasons.ts";

it("says of a link that ends again and again also what it does while it lives", () => {
  expect(joinReasons("it ended 5 times in a minute", "lines of its log left out")).toBe(
    "it ended 5 times in a minute; lines of its log left out",
  );
  expect(joinReasons(undefined, "lines of its log left out")).toBe("lines of its log left out");
  expect(joinReasons(undefined, undefined)).toBeUndefined();
});
