import { type Neighbour, PORT_NUMBER_MAX, PORTS_MAX } from "@flor/io";
import { type Token, TOKEN_OCTETS, tokenFrom } from "@flor/wire";

/** What a {@link PortIndex} knows of a port. */
export interface IndexedPort {
  /** 1 to `PORT_NUMBER_MAX`. */
  readonly number: number;
  /** The node's name for the neighbour, or the link's own while it is a stranger. */
  key: string;
  /** Of the frames that its neighbour sends; `undefined`: the node did not say yet. */
  token: Token | undefined;
  /** A stranger: the node did not adopt it. */
  isProvisional: boolean;
}

/**
 * The ports of a link by number, by key and by token. A port's number stays as long as its key, and a freed number rests
 * until all others had their turn.
 */
export class PortIndex<Port extends IndexedPort> {
  readonly byNumber: (Port | undefined)[] = [];
  readonly #byKey = new Map<string, Port>();
  #last = 0;

  get all(): Iterable<Port> {
    return this.#byKey.values();
  }

  /** In the order in which they came. */
  strangers(): Port[] {
    return [...this.#byKey.values()].filter((port) => port.isProvisional);
  }

  /** The node's ports that are missing in its whole list of neighbours. */
  unwanted(neighbours: readonly Neighbour[]): Port[] {
    const wanted = new Set(neighbours.map(({ key }) => key));
    return [...this.#byKey.values()].filter((port) => !port.isProvisional && !wanted.has(port.key));
  }

  get(key: string): Port | undefined {
    return this.#byKey.get(key);
  }

  /** The neighbour whose frames carry this token. */
  findByToken(high: number, low: number): Port | undefined {
    for (const port of this.#byKey.values()) if (port.token?.low === low && port.token.high === high) return port;
    return undefined;
  }

  /** Gives a new port the next free number; `undefined`: there are `PORTS_MAX` ports. */
  add(create: (number: number) => Port): Port | undefined {
    if (this.#byKey.size >= PORTS_MAX) return undefined;
    const port = create(this.#freeNumber());
    this.byNumber[port.number] = port;
    this.#byKey.set(port.key, port);
    return port;
  }

  /**
   * A provisional port becomes the neighbour's that the node adopts, under its own number; `undefined`: it adopts none.
   *
   * @param replace called with the port that the neighbour had before, which leaves the index
   */
  adopt({ key, port: number }: Neighbour, replace: (former: Port, port: Port) => void): Port | undefined {
    const port = this.byNumber[number];
    if (port === undefined || !port.isProvisional) return undefined;
    const former = this.#byKey.get(key);
    this.#byKey.delete(port.key);
    port.key = key;
    port.isProvisional = false;
    if (former !== undefined && former !== port) replace(former, port);
    this.#byKey.set(key, port);
    return port;
  }

  remove(port: Port): void {
    this.#byKey.delete(port.key);
    this.byNumber[port.number] = undefined;
  }

  #freeNumber(): number {
    do this.#last = (this.#last % PORT_NUMBER_MAX) + 1;
    while (this.byNumber[this.#last] !== undefined);
    return this.#last;
  }
}

/** The token of a list of neighbours; `undefined`: none was chosen yet. */
export function neighbourToken({ token }: Neighbour): Token | undefined {
  return token.length === TOKEN_OCTETS && token.some((octet) => octet !== 0) ? tokenFrom(token) : undefined;
}
