/** The services that this node publishes: what others are told of them, and flows that come for them. */
import { recordName, RECORDS_PER_NODE_MAX, type ServiceRecord, type ServiceState, WEIGHT_MAX } from "@flor/service";
import { Publication, type PublicationSettings } from "./publication.ts";

/** What a change means for others: flows sent there meanwhile are lost, or it can wait its turn. */
type Urgency = "urgent" | "calm";

/** See the head of this file. */
export class Publications {
  readonly #byName = new Map<string, Publication>();
  #publisher: string;
  readonly #handleChanged: (isUrgent: boolean) => void;
  #serial: number;

  /**
   * @param publisher this node's public key, 64 hexadecimal digits
   * @param serial the first one, so that it rises over restarts
   */
  constructor(publisher: string, serial: number, handleChanged: (isUrgent: boolean) => void) {
    this.#publisher = publisher;
    this.#serial = serial;
    this.#handleChanged = handleChanged;
  }

  /** This node has another key: tells others of its services under that one. */
  setPublisher(publisher: string): void {
    this.#publisher = publisher;
    this.#handleChanged(true);
  }

  get size(): number {
    return this.#byName.size;
  }

  all(): IterableIterator<Publication> {
    return this.#byName.values();
  }

  /** @param name `db.team`, lower case */
  get(name: string): Publication | undefined {
    return this.#byName.get(name);
  }

  records(): readonly ServiceRecord[] {
    return Array.from(this.#byName.values(), (publication) => publication.record(this.#publisher));
  }

  /** Publishes, or changes what is published under that name; open flows stay. @throws Error when there are too many */
  set(settings: PublicationSettings): Publication {
    const name = recordName(settings);
    const known = this.#byName.get(name);
    if (known === undefined && this.#byName.size >= RECORDS_PER_NODE_MAX)
      throw new Error(`${name}: this node publishes ${RECORDS_PER_NODE_MAX} services already and can publish no more`);
    const publication = known ?? new Publication(settings, this.#serial);
    if (known !== undefined && known.settings.isChecked !== settings.isChecked) known.isUp = !settings.isChecked;
    publication.settings = settings;
    this.#byName.set(name, publication);
    this.#change(publication, "calm");
    return publication;
  }

  /** Takes a service back; open flows stay. */
  delete(name: string): boolean {
    if (!this.#byName.delete(name)) return false;
    this.#handleChanged(true);
    return true;
  }

  /** Tells whether the target answers. @param reason why not, for people */
  setUp(name: string, isUp: boolean, reason: string): void {
    const publication = this.#byName.get(name);
    if (publication === undefined) return;
    publication.reason = reason;
    if (publication.isUp === isUp) return;
    publication.isUp = isUp;
    this.#change(publication, isUp ? "calm" : "urgent");
  }

  /** Takes no new flows any more, or takes them again. @param endsFlows resets those that are open, too */
  setDraining(name: string, isDraining: boolean, endsFlows: boolean): ServiceState {
    const publication = this.#named(name);
    if (publication.isDraining !== isDraining) {
      publication.isDraining = isDraining;
      this.#change(publication, isDraining ? "urgent" : "calm");
    }
    if (endsFlows) for (const end of publication.flows.values()) end();
    return publication.state;
  }

  /** Takes another share of the flows. @param weight 0 to 1000; `undefined`: as published */
  setWeight(name: string, weight: number | undefined): void {
    const publication = this.#named(name);
    if (weight !== undefined && (!Number.isInteger(weight) || weight < 0 || weight > WEIGHT_MAX))
      throw new RangeError(`a weight is a whole number from 0 to ${WEIGHT_MAX}, not ${weight}`);
    if (publication.weight === weight) return;
    publication.weight = weight;
    this.#change(publication, weight === 0 ? "urgent" : "calm");
  }

  /** The clock was behind: an earlier run may have said more than the serials of this one are above. */
  raiseSerial(serial: number): void {
    if (serial <= this.#serial) return;
    this.#serial = serial;
    for (const publication of this.#byName.values()) this.#touch(publication);
    if (this.#byName.size > 0) this.#handleChanged(false);
  }

  /** The node is in another zone: its records say so. */
  move(zone: string): void {
    const moved = [...this.#byName.values()].filter(({ settings }) => settings.zone !== zone);
    for (const publication of moved) {
      publication.settings = { ...publication.settings, zone };
      this.#touch(publication);
    }
    if (moved.length > 0) this.#handleChanged(false);
  }

  /** The node stops: nothing new comes here, as soon as others have heard. */
  drainAll(): void {
    for (const publication of this.#byName.values()) {
      publication.isDraining = true;
      this.#touch(publication);
    }
    if (this.#byName.size > 0) this.#handleChanged(true);
  }

  #named(name: string): Publication {
    const publication = this.#byName.get(name.toLowerCase());
    if (publication !== undefined) return publication;
    const known = [...this.#byName.keys()].join(", ");
    throw new Error(`this node does not publish ${name}; it publishes ${known === "" ? "nothing" : known}`);
  }

  #change(publication: Publication, urgency: Urgency): void {
    this.#touch(publication);
    this.#handleChanged(urgency === "urgent");
  }

  #touch(publication: Publication): void {
    this.#serial += 1;
    publication.serial = this.#serial;
  }
}
