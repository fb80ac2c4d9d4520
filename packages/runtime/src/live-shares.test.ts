import { expect, it } from "vitest";
import { LiveShares } from "./live-shares.ts";

it("divides by the inbounds and outbounds of now, and warns once when flows become few", () => {
  const lines: unknown[] = [];
  const shares = new LiveShares(1024, { write: (level, step) => void lines.push([level, step]) });
  shares.divide(1, false);
  expect(shares.now).toEqual({ clientsOfInbound: 736, egressFlows: 736 });
  shares.divide(2, true);
  expect([shares.now, lines]).toEqual([{ clientsOfInbound: 184, egressFlows: 368 }, []]);
  const few = new LiveShares(300, { write: (level, step) => void lines.push([level, step]) });
  few.divide(1, true);
  few.divide(2, true);
  expect(lines).toEqual([["warn", "few-descriptors"]]);
});
