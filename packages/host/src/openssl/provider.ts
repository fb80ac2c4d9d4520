import type { Credentials } from "@flor/quic";
import type { CryptoProvider, DirectionKeys, TlsHandshake, TlsOptions } from "@flor/quic/engine";
import { OpensslHeaderKeys } from "./header-keys.ts";
import { initialSecret } from "./key-schedule.ts";
import { freeTlsContext, type Pointer } from "./library.ts";
import { OpensslPacketKeys } from "./packet-keys.ts";
import { writeRetryTag } from "./retry-tag.ts";
import { AES_128 } from "./suite.ts";
import { createTlsContext, type TlsContextOptions } from "./tls-context.ts";
import { OpensslHandshake } from "./tls-handshake.ts";

/** How a provider speaks TLS; the defaults are those of nodes. */
export interface OpensslProviderOptions {
  /** A certificate, or one and its issuers', PEM, and its key. Only a client of strangers may have none. */
  readonly credentials?: Credentials | undefined;
  /**
   * "strangers" is for tests against other implementations: a server asks for no certificate, a client takes any.
   *
   * @default "pinned": both ends show an Ed25519 certificate, whose key the connection compares with its pin
   */
  readonly peers?: "pinned" | "strangers";
  /**
   * Groups of the key exchange as OpenSSL names them; a client sends a share of the first.
   *
   * @default "X25519:P-256": a ClientHello that fits one Initial packet
   */
  readonly groups?: string;
}

const contexts = new FinalizationRegistry((context: Pointer) => freeTlsContext(context));

/**
 * Cryptography for QUIC by the OpenSSL inside Node.
 *
 * @throws Error when OpenSSL refuses the certificate, the key or the groups; the message says which
 */
export function createOpensslProvider(options: OpensslProviderOptions): CryptoProvider {
  return new OpensslProvider({
    credentials: options.credentials,
    peers: options.peers ?? "pinned",
    groups: options.groups ?? "X25519:P-256",
  });
}

class OpensslProvider implements CryptoProvider {
  readonly #client: Pointer;
  readonly #server: Pointer;

  constructor(options: TlsContextOptions) {
    this.#client = this.#create("client", options);
    this.#server = this.#create("server", options);
  }

  initialKeys(destinationId: Uint8Array, direction: "client" | "server"): DirectionKeys {
    const secret = initialSecret(destinationId, direction);
    return { packet: new OpensslPacketKeys(AES_128, secret), header: new OpensslHeaderKeys(AES_128, secret) };
  }

  retryTag(pseudoPacket: Uint8Array, into: Uint8Array, at: number): void {
    writeRetryTag(pseudoPacket, into, at);
  }

  handshake(options: TlsOptions): TlsHandshake {
    return new OpensslHandshake(options.role === "client" ? this.#client : this.#server, options);
  }

  /** Handshakes hold what they need of a context, so it may go with its provider. */
  #create(role: "client" | "server", options: TlsContextOptions): Pointer {
    const context = createTlsContext(role, options);
    contexts.register(this, context);
    return context;
  }
}
