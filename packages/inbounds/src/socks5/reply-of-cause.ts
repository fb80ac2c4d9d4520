import { Cause } from "@flor/wire";
import type { Socks5Reply } from "./rfc1928.ts";

/** RFC 1928 section 6 has no word for a timeout or an unknown name: both mean that the host cannot be reached. */
const replies: Readonly<Record<Cause, Socks5Reply>> = {
  [Cause.OK]: "succeeded",
  [Cause.GENERAL_FAILURE]: "general-failure",
  [Cause.NOT_ALLOWED]: "not-allowed",
  [Cause.NETWORK_UNREACHABLE]: "network-unreachable",
  [Cause.HOST_UNREACHABLE]: "host-unreachable",
  [Cause.CONNECTION_REFUSED]: "connection-refused",
  [Cause.TIMED_OUT]: "host-unreachable",
  [Cause.NAME_NOT_FOUND]: "host-unreachable",
  [Cause.COMMAND_NOT_SUPPORTED]: "command-not-supported",
  [Cause.ADDRESS_TYPE_NOT_SUPPORTED]: "address-type-not-supported",
  [Cause.OVERLOADED]: "general-failure",
};

/** The reply for the cause that a far node gave; a cause that this version does not know is a general failure. */
export function socks5ReplyOf(cause: Cause): Socks5Reply {
  const reply: Socks5Reply | undefined = replies[cause];
  return reply ?? "general-failure";
}
