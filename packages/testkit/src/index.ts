export { Capture } from "./capture.ts";
export { FailingCalls, type Wish } from "./failing-calls/failing-calls.ts";
export { Firewall } from "./firewall.ts";
export { makeFolder, removeFolder } from "./folders.ts";
export { freePort } from "./free-port.ts";
export {
  ImpairedPath,
  type Impairments,
  type PathCounts,
  type RelayOptions,
  SeededRandom,
  type UdpEndpoint,
  UdpRelay,
} from "@flor/impairment";
export { type BoxOptions, ImpairmentBox } from "./impair/impairment-box.ts";
export type { BoxCounts } from "./impair/box-order.ts";
export { expectNoLeak } from "./leaks.ts";
export { Namespace, run, uniqueName } from "./namespace.ts";
export { masquerade, type NatOptions } from "./nat.ts";
export { descendants, type Holdings, holdingsOf, processorSeconds, residentOctets } from "./process-usage.ts";
export { type BrowserOptions, openPage } from "./programs/browser.ts";
export { Nginx, type NginxOptions } from "./programs/nginx.ts";
export { Postgres } from "./programs/postgres.ts";
export { Sshd } from "./programs/sshd.ts";
export { findTool, installHint, requireRoot, requireTools } from "./required-tools.ts";
export { type NamespaceServer, startServer } from "./servers/namespace-server.ts";
export { seededChunks, seededHash, seededOctets } from "./servers/seeded-octets.ts";
export type { ServerSpec } from "./servers/server-spec.ts";
export { TestServer } from "./servers/test-server.ts";
export { type ProcessExit, StartedProcess, type StartOptions } from "./started-process.ts";
export { type ConnectionEnd, TcpClient } from "./tcp-client.ts";
export { makeNetwork } from "./made-network.ts";
export { type Addresses, connectVeth, type VethEnd, type VethOptions } from "./veth.ts";
export { NetworkMachine, type Said } from "./network-machine.ts";
export { flor, NodeProcess, type NodeProcessOptions, type FlorResult } from "./node-process.ts";
export { type ChannelFaults, FaultyChannel } from "./faulty-channel.ts";
export { examplePort, numberedFrame, Pair, type PairOptions } from "./pair.ts";
export { PlayedNode, type PlayedNodeOptions } from "./played-node.ts";
