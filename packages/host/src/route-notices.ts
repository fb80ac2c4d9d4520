import { ERRNO } from "./linux-socket.ts";
import { decodeNetlink, type NetlinkNews } from "./netlink.ts";

/** Datagrams of notices in one turn: a routing daemon makes thousands, and others want their turn. */
export const NOTICES_PER_TURN = 64;
/** Interfaces remembered, so that a notice without news costs nothing; beyond, all are asked for again. */
export const INTERFACES_MAX = 4096;

/** Where notices come from. */
export interface NoticeSource {
  /** What was received last. */
  readonly octets: Uint8Array;
  /** Returns the octets received, 0 for what is not the kernel's, or the error number, negative. */
  receive(): number;
}

/** What the kernel told of interfaces, addresses and routes. */
export class RouteNotices {
  /** The last turn ended before all was read. */
  mayHaveMore = false;
  readonly #source: NoticeSource;
  readonly #carries = new Map<number, boolean>();
  /** The kernel could not keep all: what waits since before that is old, and what came later is lost. */
  #isBehind = false;

  constructor(source: NoticeSource) {
    this.#source = source;
  }

  /** Whether the interface is up and has its carrier; `undefined`: nobody told yet. */
  carries(index: number): boolean | undefined {
    return this.#carries.get(index);
  }

  /** The kernel answered how the interface is; from then on notices tell. */
  note(index: number, carries: boolean): void {
    if (this.#isBehind) return;
    if (this.#carries.size >= INTERFACES_MAX && !this.#carries.has(index)) this.#carries.clear();
    this.#carries.set(index, carries);
  }

  /**
   * Takes what waits, as far as a turn goes. Returns whether anything changed. After notices were lost it takes none for true until
   * all that waited is read: the kernel says so first, and drops what is newest.
   */
  read(): boolean {
    let isNews = false;
    this.mayHaveMore = true;
    for (let count = 0; count < NOTICES_PER_TURN; count += 1) {
      const received = this.#source.receive();
      if (received === -ERRNO.EAGAIN) {
        // Until now the kernel dropped what it had to tell.
        if (this.#isBehind) isNews = true;
        this.#isBehind = false;
        this.mayHaveMore = false;
        break;
      }
      if (received < 0) {
        // There were more than the kernel keeps (ENOBUFS): anything may have changed.
        this.#isBehind = true;
        this.#carries.clear();
        isNews = true;
      }
      if (received > 0)
        for (const news of decodeNetlink(this.#source.octets, received)) if (this.#take(news)) isNews = true;
    }
    return isNews;
  }

  /** Radio interfaces tell of themselves every second, and nothing has changed. */
  #take(news: NetlinkNews): boolean {
    if (news.kind !== "link") return news.kind !== "error";
    if (this.#carries.get(news.index) === news.carries) return false;
    this.note(news.index, news.carries);
    return true;
  }
}
