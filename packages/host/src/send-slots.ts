/** One buffer that holds a datagram while `node:dgram` sends it. */
export interface SendSlot {
  readonly octets: Uint8Array;
  /** Frees the slot and reports what became of the datagram; made once, so that sending allocates no closure. */
  readonly done: (error: Error | null) => void;
}

/** A bounded set of {@link SendSlot}s, made as they are first needed. */
export class SendSlots {
  readonly #limit: number;
  readonly #slotOctets: number;
  readonly #onDone: (error: NodeJS.ErrnoException | null) => void;
  readonly #free: SendSlot[] = [];
  #made = 0;

  constructor(limit: number, slotOctets: number, onDone: (error: NodeJS.ErrnoException | null) => void) {
    this.#limit = limit;
    this.#slotOctets = slotOctets;
    this.#onDone = onDone;
  }

  /** A free slot, or `undefined` when all are being sent. */
  take(): SendSlot | undefined {
    const free = this.#free.pop();
    if (free !== undefined || this.#made === this.#limit) return free;
    this.#made += 1;
    return this.#make();
  }

  #make(): SendSlot {
    const slot: SendSlot = {
      octets: new Uint8Array(this.#slotOctets),
      done: (error) => {
        this.#free.push(slot);
        this.#onDone(error);
      },
    };
    return slot;
  }
}
