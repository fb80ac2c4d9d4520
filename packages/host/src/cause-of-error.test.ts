import { Cause } from "@flor/wire";
import { expect, it } from "vitest";
import { causeOfError, mostTelling } from "./cause-of-error.ts";

it.each([
  ["ECONNREFUSED", "CONNECTION_REFUSED"],
  ["ETIMEDOUT", "TIMED_OUT"],
  ["EHOSTUNREACH", "HOST_UNREACHABLE"],
  ["ENETUNREACH", "NETWORK_UNREACHABLE"],
  ["EMFILE", "OVERLOADED"],
  ["EACCES", "NOT_ALLOWED"],
  ["ENOTFOUND", "NAME_NOT_FOUND"],
  ["EWHATEVER", "GENERAL_FAILURE"],
  ["constructor", "GENERAL_FAILURE"],
])("%s is %s", (code, cause) => {
  expect(Cause[causeOfError(code)]).toBe(cause);
});

it("reports the failure that says most", () => {
  const failure = (cause: Cause): { cause: Cause; text: string } => ({ cause, text: "" });
  const failures = [Cause.NETWORK_UNREACHABLE, Cause.CONNECTION_REFUSED, Cause.TIMED_OUT].map(failure);
  expect(mostTelling(failures).cause).toBe(Cause.CONNECTION_REFUSED);
  expect(mostTelling([failure(Cause.ADDRESS_TYPE_NOT_SUPPORTED)]).cause).toBe(Cause.ADDRESS_TYPE_NOT_SUPPORTED);
  expect(mostTelling([]).cause).toBe(Cause.GENERAL_FAILURE);
});
