import { expect, it } from "vitest";
import { proxyEnvironment } from "./proxy-environment.ts";

const shared = {
  TOR_PT_MANAGED_TRANSPORT_VER: "1",
  TOR_PT_STATE_LOCATION: "/state",
  TOR_PT_EXIT_ON_STDIN_CLOSE: "1",
};

it("tells a client that it is one, and nothing of servers", () => {
  expect(proxyEnvironment({ is: "client" }, "obfs4", "/state")).toEqual({
    ...shared,
    TOR_PT_CLIENT_TRANSPORTS: "obfs4",
  });
});

it("tells a server where to listen, where to deliver, and its options", () => {
  const role = { is: "server", listen: "0.0.0.0:9443", deliverTo: "127.0.0.1:40000" } as const;
  const server = {
    ...shared,
    TOR_PT_SERVER_TRANSPORTS: "obfs4",
    TOR_PT_SERVER_BINDADDR: "obfs4-0.0.0.0:9443",
    TOR_PT_ORPORT: "127.0.0.1:40000",
  };
  expect(proxyEnvironment({ ...role, options: {} }, "obfs4", "/state")).toEqual(server);
  expect(proxyEnvironment({ ...role, options: { "iat-mode": "1", odd: "a;b:c" } }, "obfs4", "/state")).toEqual({
    ...server,
    TOR_PT_SERVER_TRANSPORT_OPTIONS: String.raw`obfs4:iat-mode=1;obfs4:odd=a\;b\:c`,
  });
});
