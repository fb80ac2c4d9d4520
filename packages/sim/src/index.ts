export { type Outcome, type Report, type ScenarioOptions, simulate } from "./scenario.ts";
export { tableOf } from "./report.ts";
