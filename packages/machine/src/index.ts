export { type Instant, earlier } from "./instant.ts";
export type { Machine } from "./machine.ts";
export { KeyedBudgets, type KeyedBudgetsOptions } from "./keyed-budgets.ts";
export { RateBudget } from "./rate-budget.ts";
export { BoundedQueue } from "./bounded-queue.ts";
export { TimerTable } from "./timer-table.ts";
export { DropCounters } from "./drops.ts";
