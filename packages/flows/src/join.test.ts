import { expect, test } from "vitest";
import { PREFACE_VERSION } from "./destination.ts";
import { COMMAND_JOIN, joinRequestOf, NETWORK_NAME_MAX_CHARACTERS } from "./join.ts";

test("a network's name of 64 characters is asked for, and a longer or an empty one is malformed", () => {
  const asked = (characters: number): object | undefined =>
    joinRequestOf({
      version: PREFACE_VERSION,
      command: COMMAND_JOIN,
      network: "n".repeat(characters),
      label: 7,
    });
  expect(asked(NETWORK_NAME_MAX_CHARACTERS)).toEqual({ network: "n".repeat(64), label: 7 });
  expect(asked(NETWORK_NAME_MAX_CHARACTERS + 1)).toBeUndefined();
  expect(asked(0)).toBeUndefined();
});
