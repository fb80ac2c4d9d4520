export { Backend, type OpenOutcome, type Reach } from "./backend.ts";
export { type Affinity, hashOctets, hashText } from "./flow-key.ts";
export { HEALTH_TIMES, HealthState, type HealthTimes } from "./health-state.ts";
export { buildMaglevTable, type Churn, churnBetween, type MaglevTable, NO_BACKEND } from "./maglev-table.ts";
export { permutationOf, seedOf } from "./permutations.ts";
export {
  PRIORITY_MAX,
  nameOfProtocol,
  protocolOfName,
  recordError,
  recordKey,
  recordName,
  RECORDS_PER_NODE_MAX,
  UDP_SUFFIX,
  TAG_MAX_CHARACTERS,
  TAGS_MAX,
  type ServiceRecord,
  type ServiceState,
  WEIGHT_DEFAULT,
  WEIGHT_MAX,
} from "./record.ts";
export type { BuildFigures, Level } from "./level-tables.ts";
export { Service, type ServiceOptions, type Verdict } from "./service.ts";
export {
  labelsError,
  networkNameError,
  nameInNetworkError,
  parseServiceName,
  type ServiceName,
  type ServiceNameError,
} from "./service-name.ts";
export { sizeError, TABLE_SIZE_MAX, tableSizeFor } from "./table-size.ts";
export {
  decodeRecord,
  decodeRecordOf,
  encodeOwnRecord,
  encodeRecord,
  hexOf,
  openRecord,
  type RecordOrError,
  sealRecord,
} from "./record-codec.ts";
