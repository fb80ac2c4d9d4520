import type { BoundAddress, Request } from "@flor/flows";
import { canonicalIpAddress, parseIpAddress } from "@flor/wire";

/** Where a flow comes from, as far as it tells flows apart. */
export interface FlowOrigin {
  readonly user: string | undefined;
  /** The client's address and port; `undefined`: it has none. */
  readonly client: BoundAddress | undefined;
  /** The client's address, and for the affinity of flows its port; empty: it has none. */
  readonly clientText: string;
  /** Networks that it crossed before this node's. */
  readonly hops: number;
  /** Key of the ingress node. */
  readonly node: string;
  /** Another one for each flow of this node. */
  readonly serial: number;
}

/** What tells where a request comes from. */
type Asked = Pick<Request, "user" | "hops"> & { readonly socket: Pick<Request["socket"], "remote"> };

/** Where a request comes from. @param serial another one for each flow */
export function originOf({ user, socket, hops = 0 }: Asked, node: string, serial: number): FlowOrigin {
  const { remote } = socket;
  const address = remote === undefined ? undefined : parseIpAddress(remote.address.split("%", 1)[0] ?? "");
  const client =
    remote === undefined || address === undefined
      ? undefined
      : { address: canonicalIpAddress(address), port: remote.port };
  return { user, client, clientText: remote?.address ?? "", hops, node, serial };
}
