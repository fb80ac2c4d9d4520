/** The other implementations' programs among themselves, so that a failure of the tests with our engine is ours. */
import { UdpRelay } from "@flor/impairment";
import { describe, expect, it } from "vitest";
import { aioquic, PeerServer, quicGo, runPeerClient } from "./peer-program.ts";

describe.each([
  [aioquic, quicGo],
  [quicGo, aioquic],
])("$name as client of the other", (client, server) => {
  it("gets and puts octets and sends datagrams", async () => {
    await using peer = await PeerServer.start(server);
    for (const action of ["connections 3", "get 300000", "put 300000", "streams 300", "datagrams 20"])
      expect(await runPeerClient(client, peer.port, ...action.split(" "))).toBe("ok");
  });

  it("gets its octets over a path that damages every thirtieth packet, after a Retry", async () => {
    await using peer = await PeerServer.start(server, "--retry");
    const right = { address: "127.0.0.1", port: peer.port };
    await using relay = await UdpRelay.start({ right, impairments: { corrupt: 0.03 } });
    expect(await runPeerClient(client, relay.leftPort, "get", "1000000")).toBe("ok");
  });
});
