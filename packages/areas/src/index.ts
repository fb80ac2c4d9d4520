export type { Refusal } from "./answer-text.ts";
export type { AreaDoors, ForeignHost, HostWay } from "./area-doors.ts";
export {
  type AreaSettings,
  type CrossingRule,
  type ForeignNetwork,
  GATEWAY,
  NO_AREAS,
  type OwnNetwork,
} from "./area-settings.ts";
export type { RefusedHost } from "./asker.ts";
export { type AreaObserver, Areas, type AreasOptions } from "./areas.ts";
export type { Crossing, CrossingEnd, CrossingSubject, Side } from "./crossing.ts";
export { ANY_ROOM, narrower, type Room } from "./room.ts";
export { AREA_DROPS, type AreaDrop } from "./way.ts";
