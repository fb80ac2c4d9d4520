/** What other libraries need to connect through a node: agents for `http` and `https`, a connector for undici. */
import { Agent as HttpAgent, type AgentOptions } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import type { Duplex } from "node:stream";
import { connect as connectTls, type ConnectionOptions } from "node:tls";
import type { FlorSocket } from "./flor-socket.ts";

/** Connects through a node. */
export type Connect = (options: { readonly host: string; readonly port: number }) => FlorSocket;

/** What `http` passes when it wants a connection. */
interface Wanted {
  readonly host?: string | null | undefined;
  readonly hostname?: string | null | undefined;
  readonly port?: number | string | null | undefined;
}

/** An agent for `http.request`; keeps connections alive. */
export function createHttpAgent(connect: Connect, options: AgentOptions = {}): HttpAgent {
  const agent = new HttpAgent({ keepAlive: true, ...options });
  agent.createConnection = (wanted: Wanted): Duplex => connect(targetOf(wanted, 80));
  return agent;
}

/** An agent for `https.request`: TLS with the target itself, through the node. */
export function createHttpsAgent(connect: Connect, options: AgentOptions & ConnectionOptions = {}): HttpsAgent {
  const agent = new HttpsAgent({ keepAlive: true, ...options });
  agent.createConnection = (wanted: Wanted & ConnectionOptions): Duplex =>
    connectTls({ ...wanted, socket: connect(targetOf(wanted, 443)) });
  return agent;
}

/** What undici passes when it wants a connection. */
export interface UndiciTarget extends Omit<ConnectionOptions, "port" | "servername"> {
  readonly hostname: string;
  readonly protocol: string;
  readonly port: string;
  readonly servername?: string | undefined;
}

/** undici's types ask for a `net.Socket`; any Duplex does. */
type UndiciCallback = (...args: [error: null, socket: never] | [error: Error, socket: null]) => void;

/** A connector for undici: `new Agent({ connect })`. */
export type UndiciConnector = (target: UndiciTarget, callback: UndiciCallback) => void;

/** Connects undici through a node; TLS is with the target itself. */
export function createUndiciConnector(connect: Connect): UndiciConnector {
  return (target, callback) => {
    const isSecure = target.protocol === "https:";
    const raw = connect(targetOf(target, isSecure ? 443 : 80));
    const servername = target.servername ?? target.hostname;
    // HTTP/2 would need undici's consent; without it the server must not choose it.
    const { port: _port, ...options } = target;
    const secure = { ...options, servername, ALPNProtocols: ["http/1.1"], socket: raw };
    const socket = isSecure ? connectTls(secure) : raw;
    const settle = (error: Error | null): void => {
      socket.removeListener("error", settle);
      if (error === null) callback(null, socket as never);
      else callback(error, null);
    };
    socket.once("error", settle);
    socket.once(isSecure ? "secureConnect" : "connect", () => settle(null));
  };
}

/** What Node's `fetch` takes as `dispatcher`. A browser's has none: then the type says nothing about it. */
export type FetchDispatcher = RequestInit extends { dispatcher?: infer Dispatcher } ? NonNullable<Dispatcher> : object;

/** Where Node holds the dispatcher of its own `fetch`, the newest version first. */
const GLOBAL_DISPATCHERS = ["undici.globalDispatcher.2", "undici.globalDispatcher.1"].map((name) => Symbol.for(name));

/**
 * A dispatcher of the undici that is inside Node, which no module exports: only one of its own is sure to fit its `fetch`.
 *
 * @throws Error `ERR_FLOR_NO_FETCH`
 */
export function createDispatcher(connect: UndiciConnector): FetchDispatcher {
  // Loads it.
  void globalThis.Response;
  const held = globalThis as unknown as Readonly<Record<symbol, object | undefined>>;
  const found = GLOBAL_DISPATCHERS.flatMap((symbol) => held[symbol] ?? [])[0];
  const isAgent = found?.constructor.name === "Agent";
  if (!isAgent)
    throw Object.assign(
      new Error(
        "the fetch of this Node is not supported: npm i undici, and use new Agent({ connect: node.undiciConnect })",
      ),
      { code: "ERR_FLOR_NO_FETCH" },
    );
  const Agent = found.constructor as new (options: { readonly connect: UndiciConnector }) => FetchDispatcher;
  return new Agent({ connect });
}

function targetOf({ hostname, host, port }: Wanted, portOfProtocol: number): { host: string; port: number } {
  const named = port === undefined || port === null || port === "" ? portOfProtocol : Number(port);
  return { host: hostname ?? host ?? "", port: named };
}
