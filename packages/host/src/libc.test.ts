import { expect, it } from "vitest";
import { errorName } from "./libc.ts";
import { ERRNO } from "./linux-socket.ts";

it("names an error as the manual does, by one name where it has two, and by its number where it has none", () => {
  const names = ["ECONNREFUSED", "EHOSTUNREACH", "ENETUNREACH", "EMSGSIZE", "ENOBUFS", "EAGAIN"] as const;
  expect(names.map((name) => errorName(ERRNO[name]))).toEqual(names);
  expect(errorName(ERRNO.EOPNOTSUPP)).toBe("ENOTSUP");
  expect(errorName(99_999)).toBe("errno 99999");
});
