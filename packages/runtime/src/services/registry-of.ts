import type { RegistryConfig } from "@flor/config";
import { PEM_MAX_OCTETS, readBoundedFile } from "@flor/host/bounded-file";
import type { Registry, RegistryObserver } from "@flor/registry";
import type { Signer, Verifier } from "@flor/quic";

/** What a registry needs of its node. */
export interface RegistrySurroundings {
  readonly network: string;
  readonly sign: Signer;
  readonly verify: Verifier;
  readonly observer: RegistryObserver;
}

/**
 * Opens the registry of a configuration; `undefined`: nodes tell each other. What etcd takes is loaded when it is used.
 *
 * @throws Error that names a file of TLS which cannot be read, or is too large
 */
export async function openRegistry(
  config: RegistryConfig,
  { network, sign, verify, observer }: RegistrySurroundings,
): Promise<Registry | undefined> {
  if (config.kind === "flood") return undefined;
  const { EtcdRegistry, FileRegistry } = await import("@flor/registry");
  if (config.kind === "file") return new FileRegistry(config.file, network, observer);
  const { endpoints, authority, certificate, key, snapshot } = config;
  const tls = {
    ...(authority === undefined ? {} : { authority: fileOf("authority", authority) }),
    ...(certificate === undefined ? {} : { certificate: fileOf("certificate", certificate) }),
    ...(key === undefined ? {} : { key: fileOf("key", key) }),
  };
  const secured = Object.keys(tls).length === 0 ? {} : { tls };
  const kept = snapshot === undefined ? {} : { snapshotFile: snapshot };
  return new EtcdRegistry({ endpoints, network, sign, verify, ...secured, ...kept }, observer);
}

function fileOf(word: string, path: string): Buffer {
  try {
    return readBoundedFile(path, PEM_MAX_OCTETS);
  } catch (cause) {
    const { message } = cause as Error;
    throw new Error(
      `services.registry.${word}: ${path} cannot be read: ${message}; mend the path, or the file's mode`,
      {
        cause,
      },
    );
  }
}
