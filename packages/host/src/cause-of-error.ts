import { Cause } from "@flor/wire";

/** What an error code of the kernel or of the name resolution means to a client; the only place that decides it. */
const causes: Readonly<Record<string, Cause>> = {
  ECONNREFUSED: Cause.CONNECTION_REFUSED,
  ECONNRESET: Cause.CONNECTION_REFUSED,
  ETIMEDOUT: Cause.TIMED_OUT,
  EHOSTUNREACH: Cause.HOST_UNREACHABLE,
  EHOSTDOWN: Cause.HOST_UNREACHABLE,
  ENETUNREACH: Cause.NETWORK_UNREACHABLE,
  ENETDOWN: Cause.NETWORK_UNREACHABLE,
  ENONET: Cause.NETWORK_UNREACHABLE,
  // No address of the target's family here.
  EADDRNOTAVAIL: Cause.NETWORK_UNREACHABLE,
  EAFNOSUPPORT: Cause.ADDRESS_TYPE_NOT_SUPPORTED,
  // A firewall of this machine.
  EACCES: Cause.NOT_ALLOWED,
  EPERM: Cause.NOT_ALLOWED,
  EMFILE: Cause.OVERLOADED,
  ENFILE: Cause.OVERLOADED,
  ENOBUFS: Cause.OVERLOADED,
  ENOMEM: Cause.OVERLOADED,
  ENOTFOUND: Cause.NAME_NOT_FOUND,
  ENODATA: Cause.NAME_NOT_FOUND,
  EBADNAME: Cause.NAME_NOT_FOUND,
  ETIMEOUT: Cause.TIMED_OUT,
};

/** Of the failures of one open, the one that says most to the client comes first. */
const telling: readonly Cause[] = [
  Cause.OVERLOADED,
  Cause.CONNECTION_REFUSED,
  Cause.TIMED_OUT,
  Cause.HOST_UNREACHABLE,
  Cause.NETWORK_UNREACHABLE,
  Cause.NOT_ALLOWED,
];

/** A failed attempt: the cause, and a short text for logs. */
export interface DialFailure {
  readonly cause: Cause;
  readonly text: string;
}

/** The cause for an error code such as `ECONNREFUSED`; an unknown one is a general failure. */
export function causeOfError(code: string): Cause {
  return Object.hasOwn(causes, code) ? (causes[code] ?? Cause.GENERAL_FAILURE) : Cause.GENERAL_FAILURE;
}

/** Of the failures at each address of a target, the most informative one. */
export function mostTelling(failures: readonly DialFailure[]): DialFailure {
  for (const cause of telling) {
    const failure = failures.find((candidate) => candidate.cause === cause);
    if (failure !== undefined) return failure;
  }
  return failures[0] ?? { cause: Cause.GENERAL_FAILURE, text: "no address to connect to" };
}
