import type { PublicationConfig } from "@flor/config";
import type { DatagramClient, DatagramReceiver, Request } from "@flor/flows";
import type { BegunChildren, HandedSockets, Log, LogLevel, LogOptions, LogRing } from "@flor/host";
import type { Joining, NodeStatus } from "@flor/node";
import type { Forwards } from "./forwards.ts";
import type { LinkControl } from "./links/link-control.ts";
import type { NetworkControl } from "./networks/network-control.ts";
import type { PeerSources } from "./peer-sources.ts";
import type { ReloadOptions, ReloadReport } from "./reload/reloader.ts";
import type { Seeing } from "./seeing/seeing.ts";
import type { ServeHere, Serving } from "./services/running-services.ts";
import type { ServiceControl } from "./services/service-control.ts";

/** How a node is run. */
export interface RunNodeOptions {
  /** Nothing but this node runs in this process: it outlives mistakes, and is process 1 where it must. @default false */
  readonly ownsProcess?: boolean;
  /** Reloads whenever the file becomes another. @default false */
  readonly watchesFile?: boolean;
  readonly version: string;
  readonly logLevel: LogLevel;
  /** What {@link beginLinks} began for it; what it does not take has ended when the node runs. @default none */
  readonly begun?: BegunChildren | undefined;
  /** Listening sockets of the service manager that started this process. @default none */
  readonly handed?: HandedSockets;
  /** Where the log goes instead of stderr as lines of JSON. */
  readonly logTo?: Pick<LogOptions, "stream">;
  /** It is no member yet, and asks to become one. */
  readonly joining?: Joining;
}

/** A node at work. */
export interface RunningNode {
  readonly log: Log;
  /** What was logged of late. */
  readonly recentLog: LogRing;
  /** Whether it took a turn since it was asked last; it is asked to take one. */
  isAtWork(): boolean;
  readonly links: LinkControl;
  readonly services: ServiceControl;
  /** Publishes a service whose clients this program takes, until that is closed. @throws Error that says what to do */
  serve(publication: PublicationConfig, handle: ServeHere): Serving;
  /** What it knows of its layer, and echoes through it. */
  readonly seeing: Seeing;
  status(): NodeStatus;
  /** The networks that it belongs to. */
  readonly networks: NetworkControl;
  /**
   * Brings the node to what its file says by now, as far as that can be while it runs: all of it, or nothing.
   *
   * @throws Error with all that is wrong with the file
   */
  reload(options?: ReloadOptions): Promise<ReloadReport>;
  /** See {@link Reloader.confirm}. */
  confirm(connectedAt: number): Promise<void>;
  /** Its peers; those of its file are the source "file". */
  readonly peers: PeerSources;
  /** Opens a flow for somebody in this process, as an inbound does for its clients. */
  request(request: Request): void;
  /** Joins somebody in this process who sends and receives datagrams. @param user matched against routes */
  openDatagrams(receiver: DatagramReceiver, user: string | undefined): DatagramClient;
  /** Inbounds for as long as somebody keeps them. */
  readonly forwards: Forwards;
  /** All metrics as text, for `flor metrics`. */
  metrics(): Promise<string>;
  /** Ends its flows with RST, its links and its listeners; resolves when all are gone. */
  close(): Promise<void>;
}
