import type { ConformanceCase } from "../conformance-case.ts";
import { controlCases } from "./control.ts";
import { dataExactCases } from "./data-exact.ts";
import { dataOrderCases } from "./data-order.ts";
import { flowCases } from "./flow.ts";
import { handshakeOrderCases } from "./handshake-order.ts";
import { handshakeStrangerCases } from "./handshake-strangers.ts";
import { newcomerCases } from "./newcomers.ts";
import { performanceCases } from "./performance.ts";
import { processEndCases } from "./process-end.ts";
import { processStartCases } from "./process-start.ts";
import { resilienceCases } from "./resilience.ts";
import { securityCases } from "./security.ts";

/** Every case, group by group, by id. */
export const ALL_CASES: readonly ConformanceCase[] = [
  [...processStartCases, ...processEndCases],
  [...handshakeOrderCases, ...handshakeStrangerCases],
  [...dataExactCases, ...dataOrderCases],
  controlCases,
  flowCases,
  [...resilienceCases, ...newcomerCases],
  securityCases,
  performanceCases,
].flatMap((cases) => cases.toSorted((a, b) => a.id.localeCompare(b.id)));
