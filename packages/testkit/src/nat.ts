/** A namespace as the NAT box that most people sit behind. */
import { type Namespace, run } from "./namespace.ts";
import { requireTools } from "./required-tools.ts";

export interface NatOptions {
  /** How long an idle UDP mapping lives. @default 30 */
  readonly udpTimeoutSeconds?: number;
  /** Gives each destination another port (RFC 4787 section 4.1, address and port-dependent mapping). @default false */
  readonly symmetric?: boolean;
}

/** Makes `namespace` forward, and hide whatever leaves by `device` behind its own address, IPv4 and IPv6. */
export async function masquerade(namespace: Namespace, device: string, options: NatOptions = {}): Promise<void> {
  requireTools(["nft"]);
  const how = options.symmetric === true ? " fully-random" : "";
  const timeout = options.udpTimeoutSeconds ?? 30;
  await namespace.forward();
  const rules = `table inet flor_nat {
    chain postrouting { type nat hook postrouting priority 100; oifname "${device}" masquerade${how}; }
    chain input { type filter hook input priority 0; iifname "${device}" meta l4proto udp ct state new drop; }
  }`;
  await run("ip", ["netns", "exec", namespace.name, "nft", "-f", "-"], rules);
  await namespace.sysctl("net.netfilter.nf_conntrack_udp_timeout", timeout);
  await namespace.sysctl("net.netfilter.nf_conntrack_udp_timeout_stream", timeout);
}
