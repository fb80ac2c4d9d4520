import { describe, expect, it } from "vitest";
import { ADMISSION_OCTETS } from "./admission-format.ts";
import { Admission } from "./admission.ts";
import { createEnd, type End, EndpointPair } from "./endpoint-pair.testing.ts";
import type { QuicConnection } from "./quic-connection.ts";
import { QUIC_LIMITS } from "./quic-limits.ts";

function send(pair: EndpointPair, connection: QuicConnection<string>): void {
  connection.send(connection.openStream() ?? -1, Uint8Array.of(1), false);
  pair.turn();
}

/** Changes the QUIC packet of a datagram and puts it into an envelope of its sender's again. */
function resealed(from: End, to: End, datagram: Uint8Array, change: (packet: Uint8Array) => void): Uint8Array {
  const copy = datagram.slice();
  change(copy.subarray(ADMISSION_OCTETS));
  const peer = from.peers.get(to.identity.publicKey);
  const admission = new Admission(from.identity, from.peers, "session");
  if (peer !== undefined) admission.seal(peer, copy, 0, copy.length, 1_800_000_000);
  return copy;
}

describe("version negotiation", () => {
  /** What a server says to a first packet of version 10, and the client that sent it. */
  function negotiated(): { pair: EndpointPair; client: QuicConnection<string>; answer: Uint8Array } {
    const pair = new EndpointPair();
    const client = pair.connect();
    const first = new Uint8Array(1400);
    const length = client.transmit(first, 0, 1400, pair.now);
    const other = resealed(pair.client, pair.server, first.subarray(0, length), (packet) => packet.set([10], 4));
    pair.server.endpoint.handleReceive(other, 0, other.length, "back", pair.now);
    const answer = pair.server.endpoint.takeReply()?.octets ?? new Uint8Array(0);
    return { pair, client, answer };
  }

  it("offers version 1 to a listed peer whose first packet is of another", () => {
    const { pair, answer } = negotiated();
    expect([...answer.subarray(ADMISSION_OCTETS + 1, ADMISSION_OCTETS + 5)]).toEqual([0, 0, 0, 0]);
    expect([...answer.subarray(-4)]).toEqual([0, 0, 0, 1]);
    expect([...pair.server.endpoint.connections]).toHaveLength(0);
  });

  it("is ignored by a client whose own version is listed", () => {
    const { pair, client, answer } = negotiated();
    pair.client.endpoint.handleReceive(answer, 0, answer.length, "", pair.now);
    expect(client.state).toBe("handshaking");
  });

  it("ends the attempt of a client whose version is not listed", () => {
    const { pair, client, answer } = negotiated();
    const other = resealed(pair.server, pair.client, answer, (packet) => packet.set([9], packet.length - 1));
    pair.client.endpoint.handleReceive(other, 0, other.length, "", pair.now);
    expect(client.closeReason).toMatchObject({ by: "local", text: "the peer does not speak QUIC version 1" });
  });
});

describe("stateless reset", () => {
  const forgotten = (): ReturnType<EndpointPair["establishedAndForgotten"]> =>
    new EndpointPair().establishedAndForgotten();

  it("tells a peer at once that the other end no longer knows the connection", () => {
    const { pair, client } = forgotten();
    send(pair, client);
    pair.runFor(20);
    expect(client.state).toBe("closed");
    expect(client.closeReason).toMatchObject({ by: "lost", application: false });
  });

  it("goes to the peer whose connection it was, and is shorter than what it answers", () => {
    const { pair, client } = forgotten();
    const sizes: number[] = [];
    pair.tap = (octets) => sizes.push(octets.length);
    send(pair, client);
    pair.runFor(20);
    expect(sizes).toHaveLength(2);
    expect(sizes[1]).toBeLessThan(sizes[0] ?? 0);
  });

  it("is not provoked more often than the limit says", () => {
    const { pair } = forgotten();
    const { endpoint } = pair.server;
    const stray = new Uint8Array(100).fill(0x41);
    for (let count = 0; count < 1000; count += 1) endpoint.handleReceive(stray, 0, stray.length, "", pair.now);
    let replies = 0;
    while (endpoint.takeReply() !== undefined) replies += 1;
    expect(replies).toBeLessThanOrEqual(QUIC_LIMITS.resetsPerSecond);
    expect(endpoint.drops.counts["unknown-connection"]).toBe(1000);
  });

  it("of an id that was never ours goes nowhere", () => {
    const { endpoint } = createEnd(2);
    const stray = new Uint8Array(100).fill(0x41);
    endpoint.handleReceive(stray, 0, stray.length, "", 0);
    expect(endpoint.takeReply()).toBeUndefined();
  });
});
