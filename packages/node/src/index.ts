export { Adjacency, PORT_MTU_MIN } from "./adjacency.ts";
export { DROP_REASONS, type DropReason } from "./drop-reason.ts";
export { type Driven, Driver, type DriverClock } from "./driver.ts";
export { coreStatusOf, linkCountsOf, portStatusOf } from "./node-status.ts";
export { FlorNode } from "./flor-node.ts";
export { type EchoOutcome, type EchoWay } from "./echoes.ts";
export { ECHO_RUN_CHARACTERS, echoOctetsMin } from "./echo.ts";
export { type ForwardObserver, Forwarder, type LocalConsumer, type NextHop } from "./forward.ts";
export type { FrameDoor, FrameSink } from "./frame-door.ts";
export { EGRESS_FLOWS_MAX, EGRESS_FLOWS_PER_PEER_MAX } from "./egress.ts";
export type { EgressFlows } from "./carried-sessions.ts";
export { Neighbour } from "./neighbour.ts";
export type { DialOutcome, HostTarget, NodeHost, WantedNeighbour } from "./node-host.ts";
export { Northbound } from "./northbound.ts";
export { LinkConduct, type LinkOffence } from "./link-conduct.ts";
export { NodeLink } from "./node-link.ts";
export type { AnnouncedPort } from "./ports.ts";
export { peerChanges, type PeerChanges } from "./peer-changes.ts";
export type { NodeKey, NodeSettings, PeerLinkSettings, PeerSettings, Route, RouteRequest } from "./settings.ts";
export { probe, type ProbeOptions } from "./probe.ts";
export { LayerView, UnknownNameError } from "./layer-view.ts";
export type { JoinAnswer, JoinEnds, JoinRequest } from "./guests.ts";
export type { Joining, NodeNetworks } from "./networks.ts";
export { NetworkTime, type TimeBounds, type TimeDoubt } from "./network-time.ts";
export type * from "./seen.ts";
export type * from "./status.ts";
export { frameOverhead } from "./sender.ts";
export { NodeServices, type ServicesSettings } from "./services/node-services.ts";
export type {
  Publication,
  PublicationSettings,
  ServiceClient,
  ServiceDecision,
  ServiceTarget,
} from "./services/publication.ts";
export {
  type ExplainedClient,
  explainService,
  type ServiceChange,
  type ServiceExplanation,
  type ServiceSimulation,
  simulateService,
} from "./services/service-explain.ts";
export {
  type BackendStatus,
  type FoundPublisher,
  type FoundService,
  foundServiceOf,
  type PublishedService,
  type ServicesStatus,
  servicesStatusOf,
} from "./services/service-status.ts";
export { TransitQueue } from "./transit-queue.ts";
export type { UpperDoor, UpperNeighbour } from "./upper-door.ts";
