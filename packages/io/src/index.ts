export { type Bootstrap, BOOTSTRAP_MAX_OCTETS, decodeBootstrap, encodeBootstrap, SECRET_OCTETS } from "./bootstrap.ts";
export type { Counter, FlorIoEvent, Peer } from "./event.ts";
export { END_DROPS, type EndDrop, type EndState, FlorIoEnd } from "./flor-io-end.ts";
export type { FrameSink } from "./frame-sink.ts";
export { createLinkEnd } from "./link-end.ts";
export { type Neighbour, NEIGHBOURS_MAX } from "./neighbour.ts";
export { ANCESTRY_MAX, createNodeEnd } from "./node-end.ts";
export type { FlorIoOptions, LinkEndOptions, NodeEndOptions } from "./options.ts";
export { type Port, PORTS_MAX } from "./port.ts";
