/**
 * Why a neighbour's address answers nothing, as far as this machine can tell: a socket that is connected to the address
 * alone hears the ICMP errors that one for all neighbours cannot tell apart, and a missing way there. One small datagram
 * every few seconds, and only to addresses from the configuration that are silent.
 */
import { createSocket } from "node:dgram";
import { type IpEndpoint, isIpv4Endpoint } from "@flor/host/datagram";
import { viewOf } from "@flor/wire";
import { PROBE, PROBE_OCTETS, writeProbe } from "./segment.ts";

/** An ICMP error takes a round trip; one that is lost is asked for again. */
const WAIT_MS = 1000;

/** What the kernel's answers mean, for people. */
const EXPLANATIONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: "nothing listens there (ICMP: port unreachable)",
  EHOSTUNREACH: "the host cannot be reached (ICMP: host unreachable)",
  ENETUNREACH: "this machine has no route there: check its routing table",
  EACCES: "a firewall on the way refuses (ICMP: prohibited)",
  EPERM: "a firewall on this machine refuses",
  EADDRNOTAVAIL: "this machine has no address of that family",
  EAFNOSUPPORT: "this machine has no IPv6",
};

/** What an error of the kernel means, in words that say what to do; the code itself when there are none. */
export function explainCode(code: string): string {
  return EXPLANATIONS[code] ?? code;
}

/** What is wrong with an address, in words; `undefined`: nobody says. Never rejects. */
export async function problemAt(endpoint: IpEndpoint): Promise<string | undefined> {
  const socket = createSocket(isIpv4Endpoint(endpoint) ? "udp4" : "udp6");
  const octets = new Uint8Array(PROBE_OCTETS);
  // Nobody answers a stranger's probe.
  writeProbe(viewOf(octets), PROBE, 0, PROBE_OCTETS);
  let isOver = false;
  const code = await new Promise<string | undefined>((resolve) => {
    const end = (result: string | undefined): void => {
      isOver = true;
      clearTimeout(timer);
      resolve(result);
    };
    // What has come while this process did not run is heard first.
    const timer = setTimeout(() => setImmediate(end, undefined), WAIT_MS);
    const fail = (error: NodeJS.ErrnoException | null | undefined): void => {
      if (error !== null && error !== undefined) end(error.code);
    };
    socket.on("error", fail);
    // Node calls back with the error too, and sending on what is not connected, or closed, throws.
    socket.connect(endpoint.port, endpoint.host, (error?: NodeJS.ErrnoException) => {
      fail(error);
      if (!isOver) socket.send(octets, fail);
    });
  });
  try {
    socket.close();
  } catch {
    // It was never opened: no descriptor was left.
  }
  return code === undefined ? undefined : EXPLANATIONS[code];
}
