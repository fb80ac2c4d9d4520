/** Two connections, and an attacker who knows their keys and writes anything: for fuzzing behind the authentication. */
import { encodeAscii } from "../ascii.ts";
import { equalsInConstantTime } from "../constant-time.ts";
import { Connection } from "../connection/connection.ts";
import { engineMaker } from "../create-engines.ts";
import { createIdentity } from "../identity.ts";
import { longPacketType } from "../long-header.ts";
import { FIXED_BIT, writeLongHeader } from "../packet/packet-header.ts";
import { createPlainProvider } from "../plain/plain-provider.ts";
import type { QuicEngineFactory } from "../quic-engine.ts";
import { QUIC_LIMITS } from "../quic-limits.ts";
import { type CryptoProvider, type DirectionKeys, SAMPLE_OCTETS, TAG_OCTETS } from "../tls/packet-protection.ts";

const CLIENT_ID = encodeAscii("client--");
const SERVER_ID = encodeAscii("server--");
const FIRST_ID = encodeAscii("first---");
const NUMBER_OCTETS = 4;
const DATAGRAM_OCTETS = 1400;
/** The plain provider encrypts nothing, so the handshake shows this to strangers. */
const RESET_TOKEN = encodeAscii("sixteen octets -");
/** A forged packet's number is beyond all that the pair has used itself. */
const FIRST_FORGED_NUMBER = 100_000;

const crypto = createPlainProvider(createIdentity(new Uint8Array(32).fill(1)));

export type Space = "initial" | "handshake" | "application";

export class ForgedPair {
  readonly client: Connection;
  readonly server: Connection;
  now = 1000;
  /** Every datagram of the handshake, in order. */
  readonly genuine: { readonly to: "client" | "server"; readonly octets: Uint8Array }[] = [];
  readonly #keys = new Map<Space, DirectionKeys>();
  readonly #packet = new Uint8Array(65_536);
  readonly #mask = new Uint8Array(SAMPLE_OCTETS);
  #number = FIRST_FORGED_NUMBER;

  /** @param isEstablished false leaves the client's last flight of the handshake unsent */
  constructor(random: () => number, isEstablished = true) {
    this.#keys.set("initial", crypto.initialKeys(FIRST_ID, "client"));
    const client = this.#engines(showing(this.#keys), random);
    this.client = client.connect(CLIENT_ID, FIRST_ID, this.now) as Connection;
    const server = this.#engines(crypto, random);
    this.server = server.accept(
      {
        sourceId: SERVER_ID,
        initialDestination: FIRST_ID,
        original: undefined,
        windowOctets: QUIC_LIMITS.leastConnectionWindowOctets,
        resetToken: RESET_TOKEN,
      },
      this.now,
    ) as Connection;
    this.#carry(this.client, this.server, "server");
    this.#carry(this.server, this.client, "client");
    if (isEstablished) this.settle();
  }

  /** Carries what both ends have to send, until neither has any. */
  settle(): void {
    for (let isBusy = true; isBusy;) {
      const toServer = this.#carry(this.client, this.server, "server");
      isBusy = this.#carry(this.server, this.client, "client") || toServer;
    }
  }

  /** Lets the server read a packet that an authenticated client wrote: false when it was not authentic. */
  forge(space: Space, payload: Uint8Array): boolean {
    const keys = this.#keys.get(space);
    if (keys === undefined) return false;
    const numberAt = this.#header(space, NUMBER_OCTETS + payload.length + TAG_OCTETS);
    const payloadAt = numberAt + NUMBER_OCTETS;
    const packet = this.#packet;
    new DataView(packet.buffer).setUint32(numberAt, this.#number);
    packet.set(payload, payloadAt);
    const end = payloadAt + payload.length;
    keys.packet.seal(packet, 0, payloadAt, end, this.#number);
    this.#number += 1;
    keys.header.masks(packet.subarray(numberAt + 4, numberAt + 4 + SAMPLE_OCTETS), 1, this.#mask);
    packet[0]! ^= this.#mask[0]! & (space === "application" ? 0x1f : 0x0f);
    for (let at = 0; at < NUMBER_OCTETS; at += 1) packet[numberAt + at]! ^= this.#mask[1 + at]!;
    return this.server.take(packet, 0, end + TAG_OCTETS, this.now);
  }

  /** What the server says now; nobody hears it. */
  drain(): number {
    let octets = 0;
    for (let rounds = 0; rounds < 100; rounds += 1) {
      const length = this.server.fill(this.#packet, 0, DATAGRAM_OCTETS, this.now);
      if (length === 0) return octets;
      octets += length;
    }
    throw new Error("a connection that nobody answers sends more than a hundred datagrams at once");
  }

  free(): void {
    this.client.free();
    this.server.free();
  }

  #engines(provider: CryptoProvider, random: () => number): QuicEngineFactory {
    const limits = { ...QUIC_LIMITS, stalledCode: 1 };
    return engineMaker({ crypto: provider })({ limits, protocols: ["fuzz"], random });
  }

  #header(space: Space, length: number): number {
    const packet = this.#packet;
    if (space === "application") {
      packet[0] = FIXED_BIT | (NUMBER_OCTETS - 1);
      packet.set(SERVER_ID, 1);
      return 1 + SERVER_ID.length;
    }
    const type = space === "initial" ? longPacketType.initial : longPacketType.handshake;
    const token = space === "initial" ? new Uint8Array(0) : undefined;
    const lengthAt = writeLongHeader(packet, 0, type, SERVER_ID, CLIENT_ID, token);
    packet[0]! |= NUMBER_OCTETS - 1;
    new DataView(packet.buffer).setUint16(lengthAt, 0x4000 | length);
    return lengthAt + 2;
  }

  #carry(from: Connection, to: Connection, end: "client" | "server"): boolean {
    let carried = false;
    for (;;) {
      const length = from.fill(this.#packet, 0, DATAGRAM_OCTETS, this.now);
      if (length === 0) return carried;
      carried = true;
      this.genuine.push({ to: end, octets: this.#packet.slice(0, length) });
      to.take(this.#packet, 0, length, this.now);
    }
  }
}

/** Whether a datagram is the stateless reset that ends a `ForgedPair`, RFC 9000 section 10.3. */
export function endsWithResetToken(datagram: Uint8Array): boolean {
  const tokenAt = datagram.length - RESET_TOKEN.length;
  return tokenAt >= 0 && equalsInConstantTime(RESET_TOKEN, datagram, tokenAt);
}

/** A provider whose clients' write keys others get to see. */
function showing(keys: Map<Space, DirectionKeys>): CryptoProvider {
  return {
    initialKeys: (id, direction) => crypto.initialKeys(id, direction),
    retryTag: (packet, into, at) => crypto.retryTag(packet, into, at),
    handshake: (options) => {
      const handshake = crypto.handshake(options);
      const takeKeys = handshake.takeKeys.bind(handshake);
      handshake.takeKeys = () => {
        const made = takeKeys();
        if (made?.direction === "write") keys.set(made.level, made.keys);
        return made;
      };
      return handshake;
    },
  };
}
