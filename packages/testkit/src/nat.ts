/** A namespace as the NAT box that most people sit behind. */
import { type Namespace, run } from "./namespace.ts";
import { requireTools } from "./required-tools.ts";

export interface NatOptions {
  /** How long an idle UDP mapping lives. @default 30 */
  readonly udpTimeoutSeconds?: number;
}

/** Makes `namespace` forward, and hide whatever leaves by `device` behind its own address, IPv4 and IPv6. */
export async function masquerade(namespace: Namespace, device: string, options: NatOptions = {}): Promise<void> {
  requireTools(["nft"]);
  const timeout = options.udpTimeoutSeconds ?? 30;
  await namespace.forward();
  const rules = `table inet flor_nat {
    chain postrouting { type nat hook postrouting priority 100; oifname "${device}" masquerade; }
  }`;
  await run("ip", ["netns", "exec", namespace.name, "nft", "-f", "-"], rules);
  await namespace.sysctl("net.netfilter.nf_conntrack_udp_timeout", timeout);
  await namespace.sysctl("net.netfilter.nf_conntrack_udp_timeout_stream", timeout);
}
