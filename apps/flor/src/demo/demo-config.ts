import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { createKeyFile } from "@flor/config";

/** Ports of the demo, all on 127.0.0.1. */
export interface DemoPorts {
  readonly socks: number;
  /** UDP, of the far node's link. */
  readonly far: number;
  /** The only local ones that the far node lets clients reach, TCP. */
  readonly allowed: readonly number[];
}

/** A node's configuration file. */
export interface WrittenConfig {
  readonly name: string;
  readonly file: string;
}

/** Writes keys and configurations of two nodes into `folder`: clients come in at `near` and go out at `far`. */
export function writeDemoConfigs(folder: string, ports: DemoPorts): { near: WrittenConfig; far: WrittenConfig } {
  // A second demo has another SOCKS5 port: so the names of its nodes differ too.
  const [nearName, farName] = [`near-${ports.socks}`, `far-${ports.socks}`];
  const nearId = createKeyFile(join(folder, "near.key")).id;
  const farId = createKeyFile(join(folder, "far.key")).id;
  const near = {
    name: nearName,
    key: "near.key",
    inbounds: [{ socks5: `127.0.0.1:${ports.socks}` }],
    links: [{ name: "wan", kind: "udp", listen: "127.0.0.1:0" }],
    peers: [{ name: farName, id: farId, link: "wan", address: `127.0.0.1:${ports.far}` }],
    routes: [{ to: "*", through: farName }],
  };
  const far = {
    name: farName,
    key: "far.key",
    outbounds: [{ tcp: { allow: ["*", ...ports.allowed.map((port) => `127.0.0.1:${port}`)] } }],
    links: [{ name: "wan", kind: "udp", listen: `127.0.0.1:${ports.far}` }],
    peers: [{ name: nearName, id: nearId, link: "wan" }],
  };
  return { near: write(folder, "near.yaml", near), far: write(folder, "far.yaml", far) };
}

function write(folder: string, fileName: string, config: { readonly name: string }): WrittenConfig {
  const file = join(folder, fileName);
  // JSON is YAML.
  writeFileSync(file, `${JSON.stringify(config, null, 2)}\n`, { mode: 0o600 });
  return { name: config.name, file };
}
