export type { Connect, UndiciConnector, UndiciTarget } from "./agents.ts";
export type { ConnectOptions } from "./connect-options.ts";
export { ConfigError, createNode, type CreateNodeOptions } from "./create-node.ts";
export {
  type DatagramRemote,
  type DatagramSocketEvents,
  type DatagramSocketOptions,
  FlorDatagramSocket,
} from "./datagram-socket.ts";
export { FlorServer, type FlorServerEvents, type ServiceClient, type ServiceOptions } from "./flor-server.ts";
export { Flor, type FlorEvents, type FlorLogLine } from "./flor.ts";
export { type FlorAddress, FlorSocket, type FlorSocketOptions } from "./flor-socket.ts";
export type { SocketError } from "./socket-error.ts";
