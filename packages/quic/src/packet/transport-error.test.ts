import { expect, it } from "vitest";
import { transportError, transportErrorName } from "./transport-error.ts";

it.each([
  [transportError.none, "NO_ERROR"],
  [transportError.flowControl, "FLOW_CONTROL_ERROR"],
  [transportError.protocolViolation, "PROTOCOL_VIOLATION"],
  [transportError.application, "APPLICATION_ERROR"],
  [transportError.aeadLimitReached, "AEAD_LIMIT_REACHED"],
  [transportError.crypto + 116, "CRYPTO_ERROR 0x174"],
  [0x4242, "error 0x4242"],
])("a transport error has the name of RFC 9000 section 20.1: %i", (code, name) => {
  expect(transportErrorName(code)).toBe(name);
});
