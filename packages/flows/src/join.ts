/**
 * Joining the northbound network of a peer: one stream, one question, one answer. Each side tells the other the label
 * under which it takes that network's frames from it; then they travel by label alone.
 */
import { Cause, type DecodedOpened, decodeOpened, encodeOpen, type Open } from "@flor/wire";
import { PREFACE_VERSION } from "./destination.ts";
import type { StreamUser } from "./flow.ts";
import { PrefaceReader } from "./preface-reader.ts";
import type { StreamCarrier } from "./stream-carrier.ts";
import { StreamErrorCode } from "./stream-error-code.ts";

/** The command of an `Open` that joins a northbound network. */
export const COMMAND_JOIN = 2;

/** Characters of a network's name at most. */
export const NETWORK_NAME_MAX_CHARACTERS = 64;

/** What a peer's `Open` with {@link COMMAND_JOIN} asks. */
export interface JoinRequest {
  readonly network: string;
  readonly label: number;
}

/** The answer to a {@link JoinRequest}. */
export type JoinAnswer = { readonly label: number } | { readonly cause: Cause };

/** The request in a decoded preface, or `undefined` when it is none, or malformed. */
export function joinRequestOf({ version, command, network, label }: Open): JoinRequest | undefined {
  if (version !== PREFACE_VERSION || command !== COMMAND_JOIN) return undefined;
  if (!network || network.length > NETWORK_NAME_MAX_CHARACTERS || !label) return undefined;
  return { network, label };
}

/** Told the outcome: the peer's label, or `undefined` with the reason. */
export type JoinOutcome = (label: number | undefined, cause: Cause) => void;

/** The asking side of a join. */
export class Join implements StreamUser {
  readonly stream: number;
  readonly #carrier: StreamCarrier;
  readonly #reader: PrefaceReader<DecodedOpened> = new PrefaceReader(decodeOpened);
  readonly #outcome: JoinOutcome;
  #isOver = false;

  constructor(carrier: StreamCarrier, stream: number, request: JoinRequest, outcome: JoinOutcome) {
    this.#carrier = carrier;
    this.stream = stream;
    this.#outcome = outcome;
    const preface = encodeOpen({ version: PREFACE_VERSION, command: COMMAND_JOIN, ...request });
    if (carrier.send(stream, preface, true) !== preface.length) this.#end(undefined, Cause.OVERLOADED);
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  handleReadable(): number {
    this.#readAnswer();
    return 0;
  }

  handleCarrierLost(): void {
    this.#end(undefined, Cause.NETWORK_UNREACHABLE);
  }

  #readAnswer(): void {
    const read = this.#reader.read(this.#carrier, this.stream);
    if (read.state === "incomplete") return;
    if (read.state !== "complete") return this.#end(undefined, Cause.GENERAL_FAILURE);
    const { cause, label } = read.message;
    this.#end(cause === Cause.OK && label > 0 ? label : undefined, cause);
  }

  #end(label: number | undefined, cause: Cause): void {
    if (this.#isOver) return;
    this.#isOver = true;
    if (label === undefined) this.#carrier.stopSending(this.stream, StreamErrorCode.connectionReset);
    this.#outcome(label, cause);
  }
}
