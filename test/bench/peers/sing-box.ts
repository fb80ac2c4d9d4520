/** Hysteria2 and TUIC, both QUIC with BBR, by sing-box. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { findTool, run } from "@flor/testkit";
import type { Stage } from "../stage.ts";
import { waitForFlow } from "../wait-for-flow.ts";
import type { Peer } from "./peer.ts";

const HINT =
  "put sing-box on PATH: go install -tags with_quic,with_utls github.com/sagernet/sing-box/cmd/sing-box@v1.12.0";
const NAME_IN_CERTIFICATE = "bench";
const UUID = "3c1c2b60-7b1b-4d0e-9d2a-0b6f8f0a51c1";

/** One protocol of sing-box: what its two ends add to address, port and TLS. */
interface Protocol {
  readonly name: "hysteria2" | "tuic";
  readonly serverPort: number;
  readonly socksPort: number;
  readonly inbound: object;
  readonly outbound: object;
}

/** Hysteria2 without a bandwidth given: then its congestion control is BBR. */
export const hysteria2: Peer = singBoxPeer({
  name: "hysteria2",
  serverPort: 4443,
  socksPort: 11_084,
  inbound: { users: [{ password: "bench" }] },
  outbound: { password: "bench" },
});

export const tuic: Peer = singBoxPeer({
  name: "tuic",
  serverPort: 4444,
  socksPort: 11_085,
  inbound: { users: [{ uuid: UUID, password: "bench" }], congestion_control: "bbr" },
  outbound: { uuid: UUID, password: "bench", congestion_control: "bbr" },
});

function singBoxPeer(protocol: Protocol): Peer {
  return {
    name: protocol.name,
    missing: () => (findTool("sing-box") === undefined ? HINT : undefined),
    start: async (stage) => {
      const tls = await makeCertificate(stage);
      const server = stage.server.start("sing-box", ["run", "-c", serverConfig(stage, protocol, tls)]);
      await server.waitForOutput(/sing-box started/);
      const began = performance.now();
      const client = stage.client.start("sing-box", ["run", "-c", clientConfig(stage, protocol)]);
      await client.waitForOutput(/sing-box started/);
      await waitForFlow(stage, { socksPort: protocol.socksPort, target: stage.serverAddress });
      return {
        name: protocol.name,
        socksPort: protocol.socksPort,
        target: stage.serverAddress,
        processes: { client: client.pid, server: server.pid },
        startMs: performance.now() - began,
        [Symbol.asyncDispose]: async () => {
          await client.stop();
          await server.stop();
        },
      };
    },
  };
}

async function makeCertificate(stage: Stage): Promise<object> {
  const pem = await run("sing-box", ["generate", "tls-keypair", NAME_IN_CERTIFICATE]);
  const part = (kind: string): string =>
    new RegExp(`-----BEGIN ${kind}-----[\\s\\S]*?-----END ${kind}-----`).exec(pem)![0].trim();
  const [key, certificate] = [join(stage.folder, "sing-box-key"), join(stage.folder, "sing-box-certificate")];
  writeFileSync(key, `${part("PRIVATE KEY")}\n`);
  writeFileSync(certificate, `${part("CERTIFICATE")}\n`);
  return { enabled: true, key_path: key, certificate_path: certificate, alpn: ["h3"] };
}

function serverConfig(stage: Stage, { name, serverPort, inbound }: Protocol, tls: object): string {
  const listening = { type: name, listen: stage.serverAddress, listen_port: serverPort, tls, ...inbound };
  return write(stage, `${name}-server`, { inbounds: [listening], outbounds: [{ type: "direct" }] });
}

function clientConfig(stage: Stage, { name, serverPort, socksPort, outbound }: Protocol): string {
  const tls = { enabled: true, insecure: true, server_name: NAME_IN_CERTIFICATE, alpn: ["h3"] };
  const dialling = { type: name, server: stage.serverAddress, server_port: serverPort, tls, ...outbound };
  const socks = { type: "socks", listen: "127.0.0.1", listen_port: socksPort };
  return write(stage, `${name}-client`, { inbounds: [socks], outbounds: [dialling] });
}

function write(stage: Stage, name: string, config: object): string {
  const file = join(stage.folder, `${name}.json`);
  writeFileSync(file, JSON.stringify({ log: { level: "info" }, ...config }));
  return file;
}
