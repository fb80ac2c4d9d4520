/**
 * Two peers tell each other where they may be reached directly: one stream of their session, one question, one answer.
 * Both send probes from then on; see packages/reach.
 */
import { Cause, type DecodedOpened, decodeOpened, encodeOpen, type Open, TOKEN_OCTETS } from "@flor/wire";
import { PREFACE_VERSION } from "./destination.ts";
import type { StreamUser } from "./flow.ts";
import { PrefaceReader } from "./preface-reader.ts";
import type { StreamCarrier } from "./stream-carrier.ts";
import { StreamErrorCode } from "./stream-error-code.ts";

const COMMAND_REACH = 4;
/** Addresses in one message at most. */
const ADDRESSES_MAX = 16;

/** What one peer tells the other. */
export interface ReachAddresses {
  /** 8 octets: probes to the one who tells it carry it, and later frames. */
  readonly token: Uint8Array;
  /** The preferred one first. */
  readonly addresses: readonly string[];
}

/** The answer, or why there is none. */
export type ReachAnswer = ReachAddresses | { readonly cause: Cause; readonly text: string };

/** What a decoded preface tells; `undefined`: it is no such preface, or malformed. */
export function reachRequestOf({ version, command, reach }: Open): ReachAddresses | undefined {
  return version === PREFACE_VERSION && command === COMMAND_REACH ? checked(reach) : undefined;
}

/** The asking side. */
export class ReachAsk implements StreamUser {
  readonly #carrier: StreamCarrier;
  readonly #stream: number;
  readonly #reader: PrefaceReader<DecodedOpened> = new PrefaceReader(decodeOpened);
  readonly #settle: (answer: ReachAddresses | undefined) => void;
  #isOver = false;

  /** @param settle called once; `undefined`: the peer does not tell */
  constructor(
    carrier: StreamCarrier,
    stream: number,
    { token, addresses }: ReachAddresses,
    settle: (answer: ReachAddresses | undefined) => void,
  ) {
    this.#carrier = carrier;
    this.#stream = stream;
    this.#settle = settle;
    const reach = { token, addresses: [...addresses] };
    const preface = encodeOpen({ version: PREFACE_VERSION, command: COMMAND_REACH, reach });
    if (carrier.send(stream, preface, true) !== preface.length) this.#end(undefined);
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  handleReadable(): number {
    const read = this.#reader.read(this.#carrier, this.#stream);
    if (read.state === "incomplete") return 0;
    const isTold = read.state === "complete" && read.message.cause === Cause.OK;
    this.#end(isTold ? checked(read.message.reach) : undefined);
    return 0;
  }

  handleCarrierLost(): void {
    this.#end(undefined);
  }

  #end(answer: ReachAddresses | undefined): void {
    if (this.#isOver) return;
    this.#isOver = true;
    if (answer === undefined) this.#carrier.stopSending(this.#stream, StreamErrorCode.connectionReset);
    this.#settle(answer);
  }
}

function checked(reach: Open["reach"]): ReachAddresses | undefined {
  const { token, addresses } = reach ?? {};
  if (token?.length !== TOKEN_OCTETS || token.every((octet) => octet === 0)) return undefined;
  return { token, addresses: (addresses ?? []).slice(0, ADDRESSES_MAX) };
}
