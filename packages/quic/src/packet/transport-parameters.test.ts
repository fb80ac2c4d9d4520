import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeTransportParameters, encodeTransportParameters, TransportParameters } from "./transport-parameters.ts";
import { writeVarint } from "./varint.ts";

function octetsOf(values: readonly number[]): Uint8Array {
  const octets = new Uint8Array(8 * values.length);
  let end = 0;
  for (const value of values) end = writeVarint(octets, end, value);
  return octets.slice(0, end);
}

/** preferred_address with an id of four octets. */
const PREFERRED = [0x0d, 45, ...Array<number>(24).fill(0), 4, ...Array<number>(20).fill(7)];

describe("transport parameters", () => {
  it("are the same when they are encoded and decoded", () => {
    const parameters = new TransportParameters();
    parameters.originalDestinationConnectionId = Uint8Array.of(1, 2, 3);
    parameters.initialSourceConnectionId = new Uint8Array(0);
    parameters.retrySourceConnectionId = new Uint8Array(20).fill(4);
    parameters.statelessResetToken = new Uint8Array(16).fill(5);
    parameters.maxIdleTimeout = 30_000;
    parameters.initialMaxData = 2 ** 40;
    parameters.initialMaxStreamsBidi = 10_000;
    parameters.maxDatagramFrameSize = 65_535;
    parameters.resetStreamAt = true;
    parameters.minAckDelay = 1000;
    parameters.disableActiveMigration = true;
    expect(decodeTransportParameters(encodeTransportParameters(parameters), "server")).toEqual(parameters);
  });

  it("that are unknown are ignored (RFC 9000 7.4.2)", () => {
    expect(decodeTransportParameters(octetsOf([0x1f1f, 3, 1, 2, 3, 4, 1, 9]), "server")?.initialMaxData).toBe(9);
  });

  it("tell the connection id of a preferred address (18.2)", () => {
    const { preferredAddress } = decodeTransportParameters(octetsOf(PREFERRED), "server") ?? {};
    expect(preferredAddress).toEqual({ id: new Uint8Array(4).fill(7), token: new Uint8Array(16).fill(7) });
  });

  it("are 64 at most, known or not", () => {
    const unknown = (count: number): Uint8Array =>
      octetsOf(Array.from({ length: count }, (_, number) => [0x1f00 + number, 0]).flat());
    expect(decodeTransportParameters(unknown(64), "server")).toBeDefined();
    expect(decodeTransportParameters(unknown(65), "server")).toBeUndefined();
  });

  it.each([
    ["twice the same (7.4)", [4, 1, 9, 4, 1, 9]],
    ["a datagram below 1,200 octets (18.2)", [3, 2, 1199]],
    ["an exponent above 20 (18.2)", [0x0a, 1, 21]],
    ["a delay of 2^14 ms (18.2)", [0x0b, 4, 2 ** 14]],
    ["fewer than two connection ids (18.2)", [0x0e, 1, 1]],
    ["more than 2^60 streams (4.6)", [8, 8, 2 ** 60 + 4096]],
    ["a number and something behind it", [4, 2, 9, 9]],
    ["one that is cut short", [4, 5, 9]],
    ["a migration flag with a value", [0x0c, 1, 0]],
    ["a reset token of another length", [2, 1, 1]],
    ["a preferred address without a connection id (18.2)", [0x0d, 41, ...Array<number>(41).fill(0)]],
    ["a preferred address that is cut short (18.2)", [0x0d, 44, ...Array<number>(24).fill(0), 4, ...Array<number>(19)]],
    ["a preferred address of who has no connection ids (18.2)", [0x0f, 0, ...PREFERRED]],
    ["acknowledgements sooner than max_ack_delay allows later", [0xff04de1b, 4, 26_000]],
  ])("are refused: %s", (_, values) => {
    expect(decodeTransportParameters(octetsOf(values), "server")).toBeUndefined();
  });

  it.each([[[0, 0]], [[2, 16, ...Array<number>(16).fill(1)]], [[0x10, 0]], [PREFERRED]])(
    "of a server are refused from a client: %j",
    (values) => {
      expect(decodeTransportParameters(octetsOf(values), "client")).toBeUndefined();
      expect(decodeTransportParameters(octetsOf(values), "server")).toBeDefined();
    },
  );

  it("never throw", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (octets) => {
        decodeTransportParameters(octets, "server");
        decodeTransportParameters(octets, "client");
      }),
      { numRuns: 10_000 },
    );
  });
});
