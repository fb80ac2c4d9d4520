import { Cause, type Destination, encodeRemote } from "@flor/wire";
import { expect, test } from "vitest";
import { CLIENT_DESTINATIONS_MAX, CLIENT_FLOWS_MAX, DatagramClient, type DatagramRouter } from "./datagram-client.ts";
import type { LocalSocket } from "./local-socket.ts";
import type { Request } from "./request.ts";

/** Routes all destinations by their port. */
class Routes implements DatagramRouter {
  readonly asked: number[] = [];
  readonly ended: string[] = [];
  readonly opened: string[] = [];
  readonly #peerOf: (port: number) => string;

  constructor(peerOf: (port: number) => string) {
    this.#peerOf = peerOf;
  }

  now(): number {
    return 0;
  }

  wayFor({ destination }: { readonly destination: Destination }): readonly string[] {
    this.asked.push(destination.port);
    return [this.#peerOf(destination.port)];
  }

  openDatagrams(request: Request): void {
    const peer = this.#peerOf(this.asked.at(-1)!);
    this.opened.push(peer);
    request.socket.listen({
      handleOctets: () => {},
      handleEnd: () => this.ended.push(peer),
      handleReset: () => this.ended.push(peer),
      handleWritable: () => {},
    } as unknown as Parameters<LocalSocket["listen"]>[0]);
    request.reply(Cause.OK, undefined);
  }

  dropDatagram(): void {}
}

function clientOf(routes: Routes): DatagramClient {
  const receiver = { handleDatagram: () => {}, handleReport: () => {}, handleDropped: () => {} };
  return new DatagramClient({ router: routes, receiver, user: undefined });
}

/** Sends an empty datagram to a port. */
function send(client: DatagramClient, port: number): void {
  const remote = encodeRemote({ target: { kind: "address", address: Uint8Array.of(192, 0, 2, 1) }, port });
  client.send(remote, 0, remote.length, remote.length);
}

test("the ways to 256 destinations of a client are remembered, and of more the oldest is looked up again", () => {
  const routes = new Routes(() => "home");
  const client = clientOf(routes);
  for (let port = 1; port <= CLIENT_DESTINATIONS_MAX; port += 1) send(client, port);
  send(client, 1);
  expect(routes.asked).toHaveLength(CLIENT_DESTINATIONS_MAX);
  send(client, CLIENT_DESTINATIONS_MAX + 1);
  send(client, 1);
  expect(routes.asked.slice(CLIENT_DESTINATIONS_MAX)).toEqual([CLIENT_DESTINATIONS_MAX + 1, 1]);
  expect(routes.opened).toEqual(["home"]);
});

test("a client has 32 flows, one for each list of peers, and of more the oldest ends", () => {
  const routes = new Routes((port) => `peer ${port}`);
  const client = clientOf(routes);
  for (let port = 1; port <= CLIENT_FLOWS_MAX; port += 1) send(client, port);
  expect([routes.opened.length, routes.ended]).toEqual([CLIENT_FLOWS_MAX, []]);
  send(client, CLIENT_FLOWS_MAX + 1);
  expect([routes.opened.length, routes.ended]).toEqual([CLIENT_FLOWS_MAX + 1, ["peer 1"]]);
});
