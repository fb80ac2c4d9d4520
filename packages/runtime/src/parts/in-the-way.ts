import { collide, type InboundConfig } from "@flor/config";

type Listen = InboundConfig["listen"];

/** Whether two TCP or two UDP listeners cannot listen at once: 127.0.0.1 port 1080 and 0.0.0.0 port 1080. */
export function areInTheWay(a: Listen, b: Listen): boolean {
  return !("path" in a) && !("path" in b) && collide(a, b);
}
