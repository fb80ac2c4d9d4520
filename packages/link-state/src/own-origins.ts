/**
 * What this node says of itself under each of its keys: the one that it has now, and those before that others may
 * still know it by. All of them say the same; a withdrawn one says nothing.
 */
import type { Instant } from "@flor/machine";
import type { AdvertisedAdjacency, SignedAdvertisement } from "@flor/wire";
import { nodeKeyOf } from "./node-key.ts";
import { Origination, type OriginationOptions } from "./origination.ts";

/** Options of {@link OwnOrigins}. */
export interface OwnOriginsOptions extends Omit<OriginationOptions, "leaf"> {
  /** Forwards for nobody at first, see {@link OwnOrigins.setLeaf}. @default false */
  readonly leaf?: boolean;
}

/** One of the node's keys. */
interface OwnOrigin {
  readonly key: string;
  readonly origination: Origination;
  /** What it last said. */
  signed: SignedAdvertisement | undefined;
  /** It took nothing back. */
  isSpeaking: boolean;
}

/** See the head of this file. */
export class OwnOrigins {
  readonly #options: OwnOriginsOptions;
  /** An advertisement of this node's own is to be stored and sent to all neighbours. */
  readonly #say: (signed: SignedAdvertisement, now: Instant) => void;
  /** The present key first. */
  #all: readonly OwnOrigin[];
  #adjacencies: readonly AdvertisedAdjacency[] = [];
  #services: readonly Uint8Array[] = [];
  #leaf: boolean;

  constructor(options: OwnOriginsOptions, say: (signed: SignedAdvertisement, now: Instant) => void) {
    this.#options = options;
    this.#say = say;
    this.#leaf = options.leaf ?? false;
    this.#all = [originOf(options)];
  }

  /** The present key. */
  get key(): string {
    return this.#present.key;
  }

  /** What was last said under the present key. */
  get signed(): SignedAdvertisement | undefined {
    return this.#present.signed;
  }

  /** Records of services that did not fit. */
  get servicesLeftOut(): number {
    return this.#present.origination.servicesLeftOut;
  }

  /** The keys under which something was said, withdrawn or not. */
  get saidKeys(): readonly string[] {
    return this.#all.filter(({ signed }) => signed !== undefined).map(({ key }) => key);
  }

  /** Whether the node has that key, or had it and still says so. */
  has(key: string): boolean {
    return this.#all.some((own) => own.key === key);
  }

  /** The node has another key, under which it says the same; see {@link speakAsFormer} for the keys before. */
  takeKey({ publicKey, sign }: Pick<OwnOriginsOptions, "publicKey" | "sign">): void {
    const sequence = Math.max(this.#present.origination.sequence, this.#options.unixSeconds() * 1000);
    const fresh = originOf({ ...this.#options, publicKey, sign, sequence });
    this.#tell(fresh.origination);
    this.#all = [fresh, ...this.#all];
  }

  /** Whether the node speaks under the keys before as well; if not, what was said under them is withdrawn. */
  speakAsFormer(isSpeaking: boolean, now: Instant): void {
    for (const own of this.#all.slice(1)) {
      if (own.isSpeaking === isSpeaking) continue;
      own.isSpeaking = isSpeaking;
      if (isSpeaking) this.#tell(own.origination);
      else this.#withdraw(own, now);
    }
  }

  /** A former key is not valid any more. */
  dropKey(key: string, now: Instant): void {
    const index = this.#all.findIndex((own) => own.key === key);
    const own = this.#all[index];
    if (own === undefined || index === 0) return;
    if (own.isSpeaking) this.#withdraw(own, now);
    this.#all = this.#all.filter((one) => one !== own);
  }

  setAdjacencies(adjacencies: readonly AdvertisedAdjacency[]): void {
    this.#adjacencies = adjacencies;
    for (const { origination, isSpeaking } of this.#all) if (isSpeaking) origination.set(adjacencies);
  }

  /** Sets whether the node forwards for nobody. */
  setLeaf(leaf: boolean): void {
    this.#leaf = leaf;
    for (const { origination, isSpeaking } of this.#all) if (isSpeaking) origination.setLeaf(leaf);
  }

  /** @param urgent others send flows in vain until then */
  setServices(records: readonly Uint8Array[], urgent: boolean): void {
    this.#services = records;
    for (const { origination, isSpeaking } of this.#all) if (isSpeaking) origination.setServices(records, urgent);
  }

  /**
   * A neighbour brought an advertisement of `key`: one of an earlier run of this node; or a copy of our key elsewhere, and
   * then the louder one wins for a while.
   *
   * @returns false: it is not a key of this node
   */
  outbid(key: string, sequence: number): boolean {
    const own = this.#all.find((one) => one.key === key);
    if (own?.isSpeaking === true) own.origination.outbid(sequence);
    return own !== undefined;
  }

  /** The node stops: takes back all that was said. */
  withdraw(now: Instant): void {
    for (const own of this.#all) if (own.isSpeaking) this.#withdraw(own, now);
  }

  /** Infinity: never. */
  nextTimeout(): Instant {
    let next = Infinity;
    for (const { origination } of this.#all) next = Math.min(next, origination.nextTimeout());
    return next;
  }

  handleTimeout(now: Instant): void {
    for (const own of this.#all) {
      const signed = own.origination.handleTimeout(now);
      if (signed !== undefined) this.#sayAs(own, signed, now);
    }
  }

  get #present(): OwnOrigin {
    const present = this.#all[0];
    if (present === undefined) throw new Error("a node has a key");
    return present;
  }

  #tell(origination: Origination): void {
    origination.setLeaf(this.#leaf);
    origination.set(this.#adjacencies);
    origination.setServices(this.#services, true);
  }

  #withdraw(own: OwnOrigin, now: Instant): void {
    this.#sayAs(own, own.origination.withdraw(), now);
  }

  #sayAs(own: OwnOrigin, signed: SignedAdvertisement, now: Instant): void {
    own.signed = signed;
    this.#say(signed, now);
  }
}

function originOf({ leaf = false, ...options }: OwnOriginsOptions): OwnOrigin {
  return {
    key: nodeKeyOf(options.publicKey),
    origination: new Origination({ ...options, leaf }),
    signed: undefined,
    isSpeaking: true,
  };
}
