import { Cause } from "@flor/wire";

/** The name of a cause as counters and logs show it, e.g. "connection-refused". */
export function causeName(cause: Cause): string {
  return (Cause[cause] ?? "unknown").toLowerCase().replaceAll("_", "-");
}
