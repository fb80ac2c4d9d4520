import type { NodeProcess } from "@flor/testkit";
import type { Stage } from "../stage.ts";

/** A way from the client's namespace to the server's: a column of the table. One file each in this folder. */
export interface Peer {
  /** Head of the column. */
  readonly name: string;
  /** What to type before it can run, or undefined when it can. */
  missing(): string | undefined;
  /** Names of the rows it is measured in. @default all */
  readonly only?: readonly string[];
  /** Its line in the table of links, if it is flor over one. */
  readonly link?: LinkLine;
  /** Starts it on the stage; resolves when traffic can cross. */
  start(stage: Stage): Promise<RunningPeer>;
}

/** How a link is shown in the table of docs/links.md. */
export interface LinkLine {
  /** Markdown. */
  readonly title: string;
  /** What it takes beside flor; Markdown. */
  readonly needs: string;
}

/** A peer that carries traffic. Dispose it, and its processes are gone. */
export interface RunningPeer extends AsyncDisposable {
  readonly name: string;
  /** Port of a SOCKS5 proxy on 127.0.0.1 of the client's namespace; undefined: the target is reached as it is. */
  readonly socksPort: number | undefined;
  /** Address of the server's namespace, as the peer's clients know it. */
  readonly target: string;
  /** First processes of each side; their children are counted with them. Empty: nothing to count. */
  readonly processes: Readonly<Partial<Record<"client" | "server", number>>>;
  /** flor's node that clients use. */
  readonly clientNode?: NodeProcess;
  /** From the first process of the client's side, while the server's runs, to traffic that crosses. */
  readonly startMs: number;
}
