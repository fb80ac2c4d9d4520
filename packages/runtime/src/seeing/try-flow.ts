/** One flow, opened to see whether it opens, and ended. */
import type { LocalSocket, LocalSocketListener } from "@flor/flows";
import type { FlorNode } from "@flor/node";
import { Cause, causeName, type Destination } from "@flor/wire";

/** A name that nobody has (RFC 6761 section 6.4): what matters is that the egress answers. */
const NOWHERE: Destination = { target: { kind: "domain", name: "flor-doctor.invalid" }, port: 9 };
/** Control clients wait 5 s for an answer. */
const TRY_MS = 4000;

/** What became of a flow. */
export interface TriedFlow {
  /** Name of the peer that was asked; empty: none could be. */
  readonly peer: string;
  /** The service of this network that the destination names; absent: routes said where to. */
  readonly service?: string;
  /** `ok`, or why not. */
  readonly cause: string;
  /** The peer answered, even if it refused. */
  readonly isAnswered: boolean;
  /** Until that answer, milliseconds. */
  readonly ms: number;
}

/** Opens a flow to `destination`, or to nowhere, and ends it. @param through @default as the routes say */
export function tryFlow(
  node: FlorNode,
  now: () => number,
  { destination = NOWHERE, through }: { readonly destination?: Destination; readonly through?: readonly string[] },
): Promise<TriedFlow> {
  const { promise, resolve } = Promise.withResolvers<TriedFlow>();
  const startedAt = now();
  const socket = new EmptySocket();
  const settle = (cause: Cause | undefined): void => {
    clearTimeout(timer);
    const peer = flow.askedPeer;
    const isAnswered = peer !== "" && cause !== undefined && cause !== Cause.TIMED_OUT;
    const name = cause === undefined ? "no-answer" : causeName(cause);
    const service = flow.service && { service: flow.service.name };
    resolve({ peer, ...service, cause: name, isAnswered, ms: now() - startedAt });
    socket.leave();
  };
  const timer = setTimeout(() => settle(undefined), TRY_MS);
  const reply = (cause: Cause): void => void setImmediate(() => settle(cause));
  const request = { network: "tcp", destination, user: undefined, early: new Uint8Array(0), socket, reply } as const;
  const flow = node.request(request, startedAt, through);
  return promise;
}

/** A client that says nothing and takes everything. */
class EmptySocket implements LocalSocket {
  #listener: LocalSocketListener | undefined;

  listen(listener: LocalSocketListener): void {
    this.#listener = listener;
  }

  /** The client goes. */
  leave(): void {
    this.#listener?.handleReset("tried");
    this.#listener = undefined;
  }

  write(): number {
    return 0;
  }

  end(): void {}

  reset(): void {
    this.#listener = undefined;
  }

  pause(): void {}

  resume(): void {}
}
