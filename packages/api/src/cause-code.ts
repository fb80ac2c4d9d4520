import { Cause } from "@flor/wire";

/** Node's error code for the reason why a flow failed. */
const CODES: Readonly<Record<number, string>> = {
  [Cause.OK]: "",
  [Cause.GENERAL_FAILURE]: "ECONNABORTED",
  [Cause.NOT_ALLOWED]: "EACCES",
  [Cause.NETWORK_UNREACHABLE]: "ENETUNREACH",
  [Cause.HOST_UNREACHABLE]: "EHOSTUNREACH",
  [Cause.CONNECTION_REFUSED]: "ECONNREFUSED",
  [Cause.TIMED_OUT]: "ETIMEDOUT",
  [Cause.NAME_NOT_FOUND]: "ENOTFOUND",
  [Cause.COMMAND_NOT_SUPPORTED]: "EOPNOTSUPP",
  [Cause.ADDRESS_TYPE_NOT_SUPPORTED]: "EAFNOSUPPORT",
  [Cause.OVERLOADED]: "EAGAIN",
};

/** The code of Node's for a `Cause`. */
export function codeOfCause(cause: number): string {
  return CODES[cause] ?? "ECONNABORTED";
}
