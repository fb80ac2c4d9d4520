import type { Instant } from "@flor/machine";
import type { Token } from "@flor/wire";
import type { StreamConnection } from "./stream-connection.ts";

/** One neighbour, as a link over streams knows it. */
export class StreamPort {
  readonly number: number;
  key: string;
  /** As configured; empty: the neighbour comes to us. */
  address = "";
  /** The neighbour's node id; empty while a stranger's. */
  peer = "";
  /** Frames that carry it are this neighbour's, whichever stream they come on. */
  token: Token | undefined;
  /** Why there is no stream to it, for people; empty: nothing is known. */
  problem = "";
  /** Why nothing can be sent on its stream now, for people; empty: it can, as far as is known. */
  cut = "";
  /** When it was {@link cut}. */
  cutAt: Instant = -Infinity;
  /** It was heard although no way seemed to lead there: what the kernel says of that is wrong, until it says otherwise. */
  isWayDisproven = false;
  /** A stranger's first frame made it. */
  isProvisional = false;
  readonly createdAt: Instant;
  /** Carries its frames now, both ways. */
  connection: StreamConnection | undefined;
  /** Only brings frames that were under way when the other was chosen; the end that dialled it closes it. */
  secondConnection: StreamConnection | undefined;

  constructor(number: number, key: string, createdAt: Instant) {
    this.number = number;
    this.key = key;
    this.createdAt = createdAt;
  }
}
