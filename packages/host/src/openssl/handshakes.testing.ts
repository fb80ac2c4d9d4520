/** Two ends of TLS for tests, whose CRYPTO octets reach each other without packets. */
import { createCredentials, createIdentity } from "@flor/quic";
import type { CryptoProvider, LevelKeys, TlsHandshake, TlsLevel, TlsOptions } from "@flor/quic/engine";
import { createOpensslProvider } from "./provider.ts";

export const identityOf = (octet: number): ReturnType<typeof createIdentity> =>
  createIdentity(new Uint8Array(32).fill(octet));
const client: CryptoProvider = createOpensslProvider({ credentials: createCredentials(identityOf(1)) });
const server: CryptoProvider = createOpensslProvider({ credentials: createCredentials(identityOf(2)) });
export const CLIENT_PARAMETERS: Uint8Array = Uint8Array.of(0x0f, 2, 1, 2);
export const SERVER_PARAMETERS: Uint8Array = Uint8Array.of(0x0f, 2, 3, 4);

/** Two ends whose CRYPTO octets reach each other in pieces of `pieceOctets`. */
export class Handshakes {
  readonly client: TlsHandshake;
  readonly server: TlsHandshake;
  readonly keys: Record<"client" | "server", LevelKeys[]> = { client: [], server: [] };
  readonly sent: Record<"client" | "server", { level: TlsLevel; octets: Uint8Array }[]> = { client: [], server: [] };
  readonly alerts: Record<"client" | "server", number | undefined> = { client: undefined, server: undefined };

  constructor(
    options: {
      readonly client?: CryptoProvider;
      readonly server?: CryptoProvider;
      readonly offer?: Partial<TlsOptions>;
      readonly accept?: Partial<TlsOptions>;
    } = {},
  ) {
    const offer = { role: "client", transportParameters: CLIENT_PARAMETERS, protocols: ["other", "flor"] } as const;
    const accept = { role: "server", transportParameters: SERVER_PARAMETERS, protocols: ["flor"] } as const;
    this.client = (options.client ?? client).handshake({ ...offer, ...options.offer });
    this.server = (options.server ?? server).handshake({ ...accept, ...options.accept });
  }

  run(pieceOctets: number = 100_000): this {
    this.#give("client", "initial", new Uint8Array(0));
    for (let isBusy = true; isBusy;)
      isBusy = this.#carry("client", "server", pieceOctets) || this.#carry("server", "client", pieceOctets);
    return this;
  }

  free(): void {
    for (const end of ["client", "server"] as const) {
      this[end].free();
      for (const { keys } of this.keys[end]) {
        keys.packet.free();
        keys.header.free();
      }
    }
  }

  #carry(from: "client" | "server", to: "client" | "server", pieceOctets: number): boolean {
    const message = this[from].takeCrypto();
    if (message === undefined) return false;
    this.sent[from].push(message);
    for (let at = 0; at < message.octets.length; at += pieceOctets)
      this.#give(to, message.level, message.octets.slice(at, at + pieceOctets));
    return true;
  }

  #give(end: "client" | "server", level: TlsLevel, octets: Uint8Array): void {
    this.alerts[end] = this[end].handleCrypto(level, octets);
    for (let keys = this[end].takeKeys(); keys !== undefined; keys = this[end].takeKeys()) this.keys[end].push(keys);
  }
}
