import type { InboundConfig } from "@flor/config";
import type { TcpStream } from "@flor/host";
import { createInbound, LoginGuard } from "@flor/inbounds";
import type { FlorNode } from "@flor/node";
import { isAddressAllowed } from "./allowed-address.ts";
import { clientSockets, inboundBounds } from "./client-sockets.ts";
import { guardedInbound } from "./guarded-inbound.ts";
import { mayWait } from "./login-wait.ts";

/** The clients of one inbound: which of them the node is given, by the configuration of the moment, and which not. */
export class InboundClients {
  /** Connections that its addresses may make. */
  accepted = 0;
  /** Clients that were not served, by reason. */
  readonly refused: Record<string, number> = {};
  readonly #node: FlorNode;
  readonly #openSocket: ReturnType<typeof clientSockets>;
  #config: InboundConfig;
  #inbound: ReturnType<typeof createInbound>;
  /** Where a password is required. */
  #guard: LoginGuard | undefined;
  #bounds: ReturnType<typeof inboundBounds>;

  /** @param descriptors that they may take together */
  constructor(node: FlorNode, config: InboundConfig, descriptors: number) {
    this.#node = node;
    this.#bounds = inboundBounds(descriptors);
    this.#openSocket = clientSockets(
      () => this.#bounds.associations,
      (reason) => this.count(reason),
    );
    this.#config = config;
    this.#inbound = createInbound(config.kind, { ...config, openSocket: this.#openSocket });
    this.#guard = config.users === undefined ? undefined : new LoginGuard();
  }

  /** As they are served now. */
  get config(): InboundConfig {
    return this.#config;
  }

  /** How many there may be. */
  get max(): number {
    return this.#bounds.clients;
  }

  /** Serves new ones by another configuration. */
  change(config: InboundConfig): void {
    this.#config = config;
    this.#inbound = createInbound(config.kind, { ...config, openSocket: this.#openSocket });
    // Sources that failed too often keep waiting, whatever else changes.
    this.#guard = config.users === undefined ? undefined : (this.#guard ?? new LoginGuard());
  }

  setDescriptors(descriptors: number): void {
    this.#bounds = inboundBounds(descriptors);
  }

  /** One more was not served. */
  count(reason: string): void {
    this.refused[reason] = (this.refused[reason] ?? 0) + 1;
  }

  /** A client connected. @param from its address */
  handleConnection(stream: TcpStream, from: string): void {
    const { allow } = this.#config;
    if (allow !== undefined && !isAddressAllowed(allow, from)) {
      this.count("address-not-allowed");
      return stream.reset();
    }
    this.accepted += 1;
    this.#accept(stream, from, performance.now());
  }

  /** Where a password is required, clients of a source that failed too often wait, and are not read from meanwhile. */
  #accept(stream: TcpStream, from: string, since: number): void {
    const now = performance.now();
    const makeRoom = (): void => {
      this.count("too-many-without-password");
      stream.expel();
    };
    const login = this.#guard?.enter(from, now, makeRoom);
    if (login === undefined) return this.#node.accept(stream, this.#inbound, now);
    if (typeof login !== "number") {
      stream.whenClosed(() => login.leave("other", performance.now()));
      return this.#node.accept(stream, guardedInbound(this.#inbound, login), now);
    }
    if (mayWait(login, now - since)) return void setTimeout(() => this.#accept(stream, from, since), login).unref();
    this.count("too-many-failed-logins");
    stream.reset();
  }
}
