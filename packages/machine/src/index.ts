export { type Instant, earlier } from "./instant.ts";
export { KeyedBudgets, type KeyedBudgetsOptions } from "./keyed-budgets.ts";
export { Deadlines } from "./deadlines.ts";
export { BackOff, type BackOffOptions, varied } from "./back-off.ts";
export { RateBudget } from "./rate-budget.ts";
export { BoundedQueue } from "./bounded-queue.ts";
export { shellWord } from "./shell-word.ts";
export { DropCounters } from "./drops.ts";
export { CounterRegistry } from "./counter-registry.ts";
