/** A test's target as a process of its own, for namespaces. Argument: a ServerSpec as JSON. Says `{"port":N}`. */
import type { ServerSpec } from "./server-spec.ts";
import { TestServer } from "./test-server.ts";

const server = await TestServer.open(JSON.parse(process.argv[2]!) as ServerSpec);
process.stdout.write(`${JSON.stringify({ port: server.port })}\n`);
