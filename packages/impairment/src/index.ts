export { ImpairedPath } from "./impaired-path.ts";
export type { Impairments, PathCounts } from "./impairments.ts";
export { SeededRandom } from "./seeded-random.ts";
export { type RelayOptions, type UdpEndpoint, UdpRelay } from "./udp-relay.ts";
