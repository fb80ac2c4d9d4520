/** The preface of a UDP flow, proto/datagram.md. */
import { type Cause, type Destination, type Open } from "@flor/wire";
import { askedOf, openOf, PREFACE_VERSION, type ServiceAsk } from "./destination.ts";

const COMMAND_CONNECT = 1;
const COMMAND_DATAGRAMS = 3;

/** The stream preface that asks for a UDP flow. @param destination `undefined`: each datagram names its own */
export function datagramOpenOf(destination: Destination | undefined, service?: ServiceAsk): Open {
  if (destination === undefined) return { version: PREFACE_VERSION, command: COMMAND_DATAGRAMS };
  return { ...openOf(destination, service), command: COMMAND_DATAGRAMS };
}

/** What a UDP flow is for; with neither, for any destinations. */
export interface DatagramAsk {
  /** Of a service, its name. */
  readonly destination: Destination | undefined;
  readonly service: ServiceAsk | undefined;
}

/** What a peer's preface asks for, or why it cannot be served; `undefined`: no UDP flow. */
export function datagramAskOf(open: Open): DatagramAsk | { readonly cause: Cause; readonly text: string } | undefined {
  if (open.version !== PREFACE_VERSION || open.command !== COMMAND_DATAGRAMS) return undefined;
  const isForAny = !open.domain && !open.address?.length && !open.service && !open.port;
  if (isForAny) return { destination: undefined, service: undefined };
  return askedOf({ ...open, command: COMMAND_CONNECT });
}
