import { CARRYING_CASES } from "./carrying-cases.testing.ts";
import { READING_CASES } from "./reading-cases.testing.ts";
import type { SocketCase } from "./socket-case.testing.ts";

/** The table. */
export const SOCKET_CASES: readonly SocketCase[] = [...CARRYING_CASES, ...READING_CASES];
