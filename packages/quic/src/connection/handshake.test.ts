import { describe, expect, it } from "vitest";
import { createIdentity } from "../identity.ts";
import { createPlainProvider } from "../plain/plain-provider.ts";
import { PacketSpace } from "../recovery/packet-space.ts";
import { BlockPool } from "../stream/block-pool.ts";
import { transportError } from "../packet/transport-error.ts";
import type { EngineShared } from "./engine-options.ts";
import { INITIAL_DESTINATION, LIMITS } from "./engine-pair.testing.ts";
import { CRYPTO_OUT_MAX_OCTETS, Handshake } from "./handshake.ts";

const plain = createPlainProvider(createIdentity(new Uint8Array(32).fill(5)));

/** The state of a client's handshake after its TLS had this many octets to send at once. */
function handshakeOf(octets: number): { error: number; waiting: number } {
  const pool = new BlockPool();
  const spaces = (["initial", "handshake", "application"] as const).map((level) => new PacketSpace(level, pool));
  const pieces = [octets - 1000, 1000].map((length) => ({ level: "initial" as const, octets: new Uint8Array(length) }));
  const shared: EngineShared = {
    crypto: {
      ...plain,
      handshake: (options) => Object.assign(plain.handshake(options), { takeCrypto: () => pieces.shift() }),
    },
    limits: LIMITS,
    protocols: ["test"],
    serverName: undefined,
    pool,
    createController: () => expect.fail("nothing is sent"),
  };
  const options = {
    role: "client" as const,
    sourceId: new Uint8Array(8),
    initialDestination: INITIAL_DESTINATION,
    original: undefined,
    windowOctets: LIMITS.maxConnectionWindowOctets,
    resetToken: undefined,
  };
  const ids = { peerSource: undefined, original: INITIAL_DESTINATION, retrySource: undefined };
  const handshake = new Handshake(shared, options, spaces, ids);
  handshake.start();
  return { error: handshake.error, waiting: spaces[0]!.cryptoOut.written };
}

describe("what TLS has to send to a peer that acknowledges nothing", () => {
  it("is 128 KiB at most", () => {
    expect(handshakeOf(CRYPTO_OUT_MAX_OCTETS)).toEqual({ error: 0, waiting: CRYPTO_OUT_MAX_OCTETS });
  });

  it("ends the connection beyond, and is not kept", () => {
    const { error, waiting } = handshakeOf(CRYPTO_OUT_MAX_OCTETS + 1);
    expect([error, waiting]).toEqual([transportError.internal, CRYPTO_OUT_MAX_OCTETS + 1 - 1000]);
  });
});
