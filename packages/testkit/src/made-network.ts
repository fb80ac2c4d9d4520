/** A network of nodes that were never invited: its root signs all memberships at once, as `flor join` would one by one. */
import { join } from "node:path";
import { createKeyFile } from "@flor/config";
import { createSigner } from "@flor/host";
import { encodeNetworkId, hexOf, issueMembership } from "@flor/membership";
import { parseNodeId } from "@flor/quic";
import { saveRecords } from "@flor/runtime/networks";
import type { NodeProcess } from "./node-process.ts";

/**
 * Makes a network of that name with these nodes as its members, and writes what they know of it into their folders. The
 * root key is put into the first one's.
 *
 * @returns the entry for `networks` of each node's configuration
 */
export function makeNetwork(
  name: string,
  nodes: readonly NodeProcess[],
  rolesOf: (node: NodeProcess) => readonly string[] = () => [],
): object {
  const root = createKeyFile(join(nodes[0]!.folder, `${name}.root.key`));
  const network = hexOf(root.publicKey);
  const sign = createSigner(root);
  const records = nodes.map((node) => {
    const wish = { network, signer: network, key: hexOf(parseNodeId(node.id)!), name: node.name, roles: rolesOf(node) };
    return issueMembership(wish, sign, Date.now()).octets;
  });
  const id = encodeNetworkId(root.publicKey);
  for (const { folder } of nodes) {
    const files = { recordsFile: join(folder, `${name}.network`), invitesFile: join(folder, `${name}.invites`) };
    saveRecords({ name, id, root: root.publicKey, addresses: undefined, ...files }, records);
  }
  return { name, id };
}
