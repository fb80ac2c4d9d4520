import { Client, type ClientDuplexStream, credentials, type ServiceError } from "@grpc/grpc-js";
import type { EtcdMethod } from "./etcd-messages.ts";

/** A call that takes longer is given up. */
const CALL_TIMEOUT_MS = 5000;
/** A connection on which nothing comes for so long is asked whether it lives, and given up as long after. */
const KEEP_ALIVE_MS = 10_000;

/** How etcd is reached. */
export interface EtcdEndpoints {
  /** `host:port` each; the next is taken when one does not answer. */
  readonly endpoints: readonly string[];
  /** PEM, for TLS; without it the connection is plain. */
  readonly tls?: { readonly authority?: Buffer; readonly certificate?: Buffer; readonly key?: Buffer };
}

/** Calls etcd's methods at one of several endpoints. */
export class EtcdClient {
  readonly #options: EtcdEndpoints;
  #at = 0;
  #client: Client | undefined;

  constructor(options: EtcdEndpoints) {
    this.#options = options;
  }

  /** The endpoint in use. */
  get endpoint(): string {
    return this.#options.endpoints[this.#at % this.#options.endpoints.length]!;
  }

  /** Goes on with the next endpoint. */
  rotate(): void {
    this.#at += 1;
    this.#client?.close();
    this.#client = undefined;
  }

  /** Calls a method. @throws Error in words for people when it fails */
  call<Request, Response>(method: EtcdMethod<Request, Response>, request: Request): Promise<Response> {
    return new Promise((resolve, reject) => {
      const { path, encode, decode } = method;
      const deadline = Date.now() + CALL_TIMEOUT_MS;
      this.#open().makeUnaryRequest(path, encode, decode, request, { deadline }, (error, response) => {
        if (error !== null) reject(new Error(`etcd at ${this.endpoint}: ${causeOf(error)}`, { cause: error }));
        else if (response === undefined) reject(new Error(`etcd at ${this.endpoint}: an empty answer`));
        else resolve(response);
      });
    });
  }

  /** Opens a stream of a method; its errors are events. */
  stream<Request, Response>({
    path,
    encode,
    decode,
  }: EtcdMethod<Request, Response>): ClientDuplexStream<Request, Response> {
    return this.#open().makeBidiStreamRequest(path, encode, decode);
  }

  close(): void {
    this.#client?.close();
    this.#client = undefined;
  }

  #open(): Client {
    const { tls } = this.#options;
    const channel =
      tls === undefined
        ? credentials.createInsecure()
        : credentials.createSsl(tls.authority ?? null, tls.key ?? null, tls.certificate ?? null);
    this.#client ??= new Client(this.endpoint, channel, {
      "grpc.keepalive_time_ms": KEEP_ALIVE_MS,
      "grpc.keepalive_timeout_ms": KEEP_ALIVE_MS,
      // Whether to try again, and where, is decided here.
      "grpc.enable_retries": 0,
      "grpc.initial_reconnect_backoff_ms": 100,
      "grpc.max_reconnect_backoff_ms": 1000,
    });
    return this.#client;
  }
}

/** What a gRPC error says, without the name of its code. */
export function causeOf(error: Partial<ServiceError>): string {
  return error.details !== undefined && error.details !== "" ? error.details : (error.message ?? "unknown error");
}
