import { tmpdir } from "node:os";
import { join } from "node:path";
import type { NodeDoor } from "@flor/link-kit";
import { expect, it } from "vitest";
import { PtClient } from "./pt-client.ts";

it("says what is wrong with an address before it starts a transport", async () => {
  const log: NodeDoor["log"] = () => {};
  const node = { log } as unknown as NodeDoor;
  const stateFolder = join(tmpdir(), "flor-pt-client-unused");
  const command = ["no-such-program"] as const;
  const client = new PtClient({ command, transport: "obfs4", role: { is: "client" }, stateFolder, node });
  const { signal } = new AbortController();
  await expect(client.dial("192.0.2.1", signal)).rejects.toThrow("this is not HOST:PORT followed by KEY=VALUE");
  await expect(client.dial("HOST:9443 cert=abc", signal)).rejects.toThrow(
    "HOST in its address must be replaced by a name or an address of its machine",
  );
});
