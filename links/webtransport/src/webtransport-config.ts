import { LinkConfigError, readConfig, splitAddress } from "@flor/link-kit";
import { WEBTRANSPORT_CONFIG_SCHEMA } from "./config-schema.ts";
import type { TlsCredentials } from "./tls-credentials.ts";

/** How a webtransport link is configured. */
export interface WebtransportConfig {
  /** `undefined`: nobody can come to us. */
  readonly listen: { readonly host: string; readonly port: number } | undefined;
  /** Path of the URL at which neighbours come in. @default "/flor" */
  readonly path: string;
  /** Files of a certificate that an authority signed, and of its key, PEM. */
  readonly files: { readonly certificate: string; readonly key: string } | undefined;
  /** Made by the node, which vouches for them. */
  readonly credentials: TlsCredentials | undefined;
  /** Octets of the longest frame. @default 16384 */
  readonly mtu: number;
}

/** The same as the node hands it over. */
interface WebtransportKeys {
  readonly listen?: string;
  readonly path: string;
  readonly certificate?: string;
  readonly certificateKey?: string;
  readonly credentials?: Readonly<Record<string, string>>;
  readonly mtu: number;
}

/**
 * Checks a configuration.
 *
 * @throws LinkConfigError that names the key and what is allowed
 */
export function parseWebtransportConfig(value: unknown): WebtransportConfig {
  const keys = readConfig(WEBTRANSPORT_CONFIG_SCHEMA, "webtransport", value) as WebtransportKeys;
  const { listen, path, certificate, certificateKey: key, credentials, mtu } = keys;
  return {
    listen: splitAddress(listen ?? ""),
    path,
    files: certificate === undefined || key === undefined ? undefined : { certificate, key },
    credentials: credentials && credentialsOf(credentials),
    mtu,
  };
}

function credentialsOf({ certificatePem, keyPem }: Readonly<Record<string, string>>): TlsCredentials {
  if (certificatePem !== undefined && keyPem !== undefined) return { certificatePem, keyPem };
  throw new LinkConfigError("credentials: certificatePem and keyPem are missing");
}
