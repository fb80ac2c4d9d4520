import { createCredentials } from "@flor/quic";
import type { LevelKeys } from "@flor/quic/engine";
import { X509Certificate } from "node:crypto";
import { describe, expect, it } from "vitest";
import { CLIENT_PARAMETERS, Handshakes, identityOf, SERVER_PARAMETERS } from "./handshakes.testing.ts";
import { heldContexts } from "./held-context.ts";
import { bindFrom } from "./library.ts";
import { createOpensslProvider, type OpensslProviderOptions } from "./provider.ts";
import { heldHandshakes } from "./tls-handshake.ts";

function keyOf(certificate: Uint8Array | undefined): string {
  return new X509Certificate(certificate!).publicKey.export({ format: "jwk" }).x!;
}

function opens(written: LevelKeys, read: LevelKeys): boolean {
  const packet = new Uint8Array(64);
  written.keys.packet.seal(packet, 0, 8, 48, 3);
  return read.keys.packet.open(packet, 0, 8, 64, 3) === 48;
}

/** The types of the extensions of a ClientHello, RFC 8446 section 4.1.2. */
function extensionsOf(hello: Uint8Array): number[] {
  const view = new DataView(hello.buffer, hello.byteOffset, hello.byteLength);
  const suites = 4 + 2 + 32 + 1 + view.getUint8(38);
  const methods = suites + 2 + view.getUint16(suites);
  let at = methods + 1 + view.getUint8(methods) + 2;
  const types: number[] = [];
  for (; at < hello.length; at += 4 + view.getUint16(at + 2)) types.push(view.getUint16(at));
  return types;
}

/** The types of whole handshake messages, RFC 8446 section 4. */
function messageTypes(octets: Uint8Array): number[] {
  const view = new DataView(octets.buffer, octets.byteOffset, octets.byteLength);
  const types: number[] = [];
  for (let at = 0; at < octets.length; at += 4 + (view.getUint32(at) & 0xff_ffff)) types.push(octets[at]!);
  return types;
}

describe("a handshake between nodes", () => {
  it.each([100_000, 100, 1])("completes with the CRYPTO octets in pieces of %i", (pieceOctets) => {
    const both = new Handshakes().run(pieceOctets);
    for (const end of ["client", "server"] as const) {
      expect(both[end].failure).toBeUndefined();
      expect(both[end].isComplete).toBe(true);
      expect(both[end].protocol).toBe("flor");
    }
    expect(both.client.peerTransportParameters).toEqual(SERVER_PARAMETERS);
    expect(both.server.peerTransportParameters).toEqual(CLIENT_PARAMETERS);
    expect(keyOf(both.client.peerCertificate())).toBe(Buffer.from(identityOf(2).publicKey).toString("base64url"));
    expect(keyOf(both.server.peerCertificate())).toBe(Buffer.from(identityOf(1).publicKey).toString("base64url"));
    both.free();
  });

  it("gives each end the keys of the other, at both levels and in both directions", () => {
    const { keys } = new Handshakes().run();
    for (const level of ["handshake", "application"] as const)
      for (const [writer, reader] of [
        ["client", "server"],
        ["server", "client"],
      ] as const) {
        const written = keys[writer].find((one) => one.level === level && one.direction === "write");
        const read = keys[reader].find((one) => one.level === level && one.direction === "read");
        expect(opens(written!, read!), `${level} ${writer}`).toBe(true);
      }
    expect([keys.client.length, keys.server.length]).toEqual([4, 4]);
  });

  it("gives a server no keys to read application data before it has verified the client's Finished", () => {
    const both = new Handshakes();
    both.client.handleCrypto("initial", new Uint8Array(0));
    both.server.handleCrypto("initial", both.client.takeCrypto()!.octets);
    const early: string[] = [];
    for (let keys = both.server.takeKeys(); keys !== undefined; keys = both.server.takeKeys())
      early.push(`${keys.level} ${keys.direction}`);
    expect(early.toSorted()).toEqual(["application write", "handshake read", "handshake write"]);
    both.free();
  });

  it("fits its ClientHello into one Initial packet of 1,200 octets", () => {
    const { sent } = new Handshakes().run();
    expect(sent.client[0]!.level).toBe("initial");
    expect(sent.client[0]!.octets.length).toBeLessThan(600);
    expect(sent.server.map((message) => message.level)).toEqual([
      "initial",
      ...sent.server.slice(1).map(() => "handshake"),
    ]);
  });

  it("neither compresses certificates nor asks for it, RFC 8879", () => {
    const { sent } = new Handshakes().run();
    expect(extensionsOf(sent.client[0]!.octets)).not.toContain(27);
    const types = [...sent.server, ...sent.client].flatMap(({ octets }) => messageTypes(octets));
    expect(types).toContain(11);
    expect(types).not.toContain(25);
  });

  it("also takes a ClientHello of two packets, with a key share against quantum computers", () => {
    const credentials = createCredentials(identityOf(3));
    const careful = createOpensslProvider({ credentials, groups: "X25519MLKEM768" });
    const both = new Handshakes({ client: careful, server: careful }).run(1000);
    expect(both.sent.client[0]!.octets.length).toBeGreaterThan(1200);
    expect(both.server.isComplete).toBe(true);
  });

  it("agrees on a group after a HelloRetryRequest", () => {
    const both = new Handshakes({
      client: createOpensslProvider({ credentials: createCredentials(identityOf(3)), groups: "P-384:P-256" }),
    }).run();
    expect(both.sent.client.filter((message) => message.level === "initial").length).toBe(2);
    expect(both.server.isComplete && both.client.isComplete).toBe(true);
  });
});

describe("a handshake that fails", () => {
  it("says so at both ends when they share no protocol", () => {
    const both = new Handshakes({ offer: { protocols: ["h3"] } }).run();
    expect(both.alerts.server).toBe(120);
    expect(both.server.failure).toMatch(/TLS alert 120: the peer speaks no protocol that we offer/);
    expect(both.server.handleCrypto("initial", Uint8Array.of(1))).toBe(120);
  });

  it("refuses a client that offers no protocol at all", () => {
    const both = new Handshakes({ offer: { protocols: [] } }).run();
    expect(both.server.isComplete).toBe(false);
    expect(both.alerts.server).toBe(120);
  });

  it("refuses a client without a certificate", () => {
    const both = new Handshakes({ client: createOpensslProvider({ peers: "strangers" }) }).run();
    expect(both.alerts.server).toBe(116);
    expect(both.server.failure).toMatch(/the peer showed no certificate/);
  });

  it("refuses a certificate whose key is not Ed25519", () => {
    const both = new Handshakes({ server: createOpensslProvider(strangerWithAnotherKey()) }).run();
    expect(both.client.isComplete || both.server.isComplete).toBe(false);
    expect([both.alerts.client, both.alerts.server]).toContain(40);
  });

  it("refuses octets of a level that is not its turn, and stays refused", () => {
    const both = new Handshakes();
    expect(both.server.handleCrypto("handshake", Uint8Array.of(1, 2, 3))).toBe(10);
    expect(both.server.failure).toMatch(/too late or too early/);
    expect(both.server.handleCrypto("initial", Uint8Array.of(1))).toBe(10);
  });

  it("refuses octets behind a ServerHello that belong to the next level", () => {
    const both = new Handshakes();
    both.client.handleCrypto("initial", new Uint8Array(0));
    both.server.handleCrypto("initial", both.client.takeCrypto()!.octets);
    const hello = both.server.takeCrypto()!.octets;
    const next = both.server.takeCrypto()!.octets;
    expect(both.client.handleCrypto("initial", Uint8Array.of(...hello, ...next))).toBe(10);
  });

  it("refuses garbage with an alert, at every octet of a ClientHello", () => {
    const donor = new Handshakes();
    donor.client.handleCrypto("initial", new Uint8Array(0));
    const hello = donor.client.takeCrypto()!.octets;
    for (let at = 0; at < hello.length; at += 3) {
      const { server: target } = new Handshakes();
      const damaged = hello.slice();
      damaged[at]! ^= 0xff;
      const alert = target.handleCrypto("initial", damaged);
      expect(alert === undefined || (alert > 0 && alert < 256)).toBe(true);
      target.free();
    }
    donor.free();
  });

  it("refuses a TLS KeyUpdate, RFC 9001 section 6", () => {
    const both = new Handshakes().run();
    expect(both.client.handleCrypto("application", Uint8Array.of(24, 0, 0, 1, 0))).toBe(10);
    expect(both.client.isComplete).toBe(false);
  });

  it("does not take another's error for its own", () => {
    // An error that stays in OpenSSL's queue, as any other user of it may leave one.
    bindFrom(null)("void ERR_new()")();
    bindFrom(null)("void ERR_set_error(int, int, const char*)")(20, 100, null);
    expect(new Handshakes().run().server.isComplete).toBe(true);
  });
});

/** A node whose certificate has a P-256 key, self-signed, made by `openssl req -x509 -newkey ec`. */
function strangerWithAnotherKey(): OpensslProviderOptions {
  const certificatePem = Buffer.from(P256_CERTIFICATE);
  return { credentials: { certificatePem, keyPem: Buffer.from(P256_KEY) }, peers: "strangers" };
}

const P256_CERTIFICATE = `-----BEGIN CERTIFICATE-----
MIIBfDCCASOgAwIBAgIUerGQgLjnzdYilOYb6yaUIhMNrzkwCgYIKoZIzj0EAwIw
EzERMA8GA1UEAwwIc3RyYW5nZXIwIBcNMjYxMTI4MjExMzU3WhgPMjEyNjExMDQy
MTEzNTdaMBMxETAPBgNVBAMMCHN0cmFuZ2VyMFkwEwYHKoZIzj0CAQYIKoZIzj0D
AQcDQgAE6ZGHXw3tSiKRsvDnn9UhC0BpMiCgEYlC+8jBmbrmhUpEQmkRHE6ZRVG/
yj3mqyWSRKuNd2k/PxSGdpVq6fRoPqNTMFEwHQYDVR0OBBYEFHHwDo3Tu822NxsP
k14dNZe3fvs+MB8GA1UdIwQYMBaAFHHwDo3Tu822NxsPk14dNZe3fvs+MA8GA1Ud
EwEB/wQFMAMBAf8wCgYIKoZIzj0EAwIDRwAwRAIgTij1SM61gFwdUacBbk07EE4v
qRf9YOxaeMEoWa5JNo0CID8auyuGtV85UgCArJOERVQt3KTOMAvjYGO/mJ+lYrPC
-----END CERTIFICATE-----
`;
const P256_KEY = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgSj8rLC/fsq5YqCqT
oBfOSbo+KVH5CWsBlx3sOItaC7ChRANCAATpkYdfDe1KIpGy8Oef1SELQGkyIKAR
iUL7yMGZuuaFSkRCaREcTplFUb/KPearJZJEq413aT8/FIZ2lWrp9Gg+
-----END PRIVATE KEY-----
`;

describe("credentials", () => {
  it("are refused when certificate and key do not belong together", () => {
    const { certificatePem } = createCredentials(identityOf(1));
    const { keyPem } = createCredentials(identityOf(2));
    expect(() => createOpensslProvider({ credentials: { certificatePem, keyPem } })).toThrow(
      /belong to the certificate/,
    );
  });

  it("are refused when they hold no certificate", () => {
    const { keyPem } = createCredentials(identityOf(2));
    expect(() => createOpensslProvider({ credentials: { certificatePem: keyPem, keyPem } })).toThrow(
      /no PEM certificate/,
    );
  });

  it("may be a certificate and its issuer's", () => {
    const { certificatePem, keyPem } = createCredentials(identityOf(2));
    const chain = Buffer.concat([certificatePem, createCredentials(identityOf(1)).certificatePem]);
    const both = new Handshakes({
      server: createOpensslProvider({ credentials: { certificatePem: chain, keyPem } }),
    }).run();
    expect(keyOf(both.client.peerCertificate())).toBe(Buffer.from(identityOf(2).publicKey).toString("base64url"));
  });

  it("bound what a peer may show before its pin is checked", () => {
    const { certificatePem, keyPem } = createCredentials(identityOf(2));
    const chain = Buffer.concat(Array.from({ length: 20 }, () => certificatePem));
    const both = new Handshakes({
      server: createOpensslProvider({ credentials: { certificatePem: chain, keyPem } }),
    }).run();
    expect(both.client.isComplete).toBe(false);
    expect(both.client.failure).toMatch(/excessive message size/);
  });
});

describe("memory", () => {
  it("is given back by handshakes that complete, fail, or stop in the middle", () => {
    const before = [heldHandshakes(), heldContexts()];
    for (let round = 0; round < 100; round += 1) {
      new Handshakes().run().free();
      new Handshakes({ offer: { protocols: ["h3"] } }).run().free();
      const half = new Handshakes();
      half.client.handleCrypto("initial", new Uint8Array(0));
      half.server.handleCrypto("initial", half.client.takeCrypto()!.octets);
      half.free();
      half.free();
      expect(half.server.handleCrypto("handshake", Uint8Array.of(1))).toBe(80);
    }
    const held = [heldHandshakes(), heldContexts()];
    // The round's earlier tests left theirs to the collector, which may have come by now.
    expect(held[0]).toBeLessThanOrEqual(before[0]!);
    expect(held[1]).toBeLessThanOrEqual(before[1]!);
  });
});

describe("a Node without OpenSSL 3.5", () => {
  it("is told by name what is missing and what to do", () => {
    expect(() => bindFrom(null)("int SSL_that_no_version_has(int)")).toThrow(
      /lacks SSL_that_no_version_has: flor needs OpenSSL 3\.5 or later inside Node; use a Node/,
    );
  });
});
