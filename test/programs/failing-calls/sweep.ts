/** Which calls are made to fail where, and what a node must show of it. */
import type { NodeStatus } from "@flor/node";
import type { Wish } from "@flor/testkit";
import type { Role } from "./three-nodes.ts";

/** Each call fails with each of these. */
export const ERRORS: readonly Wish["error"][] = [
  "EMFILE",
  "ENFILE",
  "ENOMEM",
  "ENOBUFS",
  "EACCES",
  "EPERM",
  "EINTR",
  "ENOSPC",
];

/** Calls that a node of this role makes while a flow opens, carries and ends, and while its status is asked for. */
export const CALLS_OF_TRAFFIC: Readonly<Record<Role, readonly string[]>> = {
  ingress: ["accept4", "setsockopt", "recvmmsg", "sendmmsg", "read", "write", "open"],
  transit: ["accept4", "recvmmsg", "sendmmsg", "read", "write", "open"],
  egress: [
    "socket",
    "connect",
    "getsockname",
    "setsockopt",
    "accept4",
    "recvmmsg",
    "sendmmsg",
    "read",
    "write",
    "open",
  ],
};

/** Calls that a udp link makes while frames come and go, and twice in ten seconds whatever comes. */
export const CALLS_OF_UDP_LINK: readonly (readonly [call: string, errors: readonly Wish["error"][]])[] = [
  ["recvmmsg", ERRORS],
  ["sendmmsg", ERRORS],
  ["getifaddrs", ["EMFILE", "EACCES"]],
];

/** Calls that start a link, with errors that they have in life. */
export const CALLS_OF_LINKS: readonly (readonly [call: string, errors: readonly Wish["error"][]])[] = [
  ["socket", ["EMFILE", "EPERM"]],
  ["bind", ["ENOMEM", "EACCES"]],
  ["getsockname", ["ENOBUFS"]],
  ["socketpair", ["EMFILE", "ENOMEM"]],
  ["pipe2", ["ENFILE"]],
  ["fork", ["EAGAIN", "ENOMEM"]],
];

/** Calls by which a running node changes, with errors that they have in life, and what is asked of it. */
export const CALLS_OF_CHANGES: readonly (readonly [
  call: string,
  errors: readonly Wish["error"][],
  change: "reload" | "forward",
])[] = [
  ["fsync", ["EIO", "ENOSPC"], "reload"],
  ["rename", ["EACCES", "ENOSPC"], "reload"],
  ["open", ["EMFILE", "EACCES"], "reload"],
  ["write", ["ENOSPC", "EIO"], "reload"],
  ["socket", ["EMFILE", "ENOMEM"], "forward"],
  ["bind", ["EACCES", "ENOMEM"], "forward"],
  ["listen", ["ENOBUFS", "ENOMEM"], "forward"],
];

const ofLinks = ({ links }: NodeStatus, ...names: readonly string[]): boolean =>
  links.some(({ counters }) => names.some((name) => (counters[name] ?? 0) > 0));

/** Whether the status says that this call failed with this error. Other calls are said in the log, or by a reply. */
export function saidInStatus(call: string, error: string, status: NodeStatus): boolean {
  if (call === "sendmmsg") return ofLinks(status, "drop.send-failed", "drop.send-no-buffer");
  if (call === "recvmmsg") return ofLinks(status, `socket.${error}`);
  return true;
}
