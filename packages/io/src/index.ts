export type { Counter, FlorIoEvent, Peer } from "./event.ts";
export type { FrameSink } from "./frame-sink.ts";
export { type Neighbour, NEIGHBOURS_MAX } from "./neighbour.ts";
export type { FlorIoOptions, LinkEndOptions, NodeEndOptions } from "./options.ts";
export { type Port, PORTS_MAX } from "./port.ts";
