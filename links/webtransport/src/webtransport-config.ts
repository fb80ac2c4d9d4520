import { LinkConfigError } from "@flor/link-kit";
import { FRAME_MTU_SCHEMA, objectOf, parseFrameMtu, parseListen } from "@flor/stream-carrier";
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

const KEYS = ["listen", "path", "certificate", "certificateKey", "credentials", "mtu"];
const DEFAULT_PATH = "/flor";

/** The configuration as JSON Schema. */
export const WEBTRANSPORT_CONFIG_SCHEMA: object = {
  type: "object",
  additionalProperties: false,
  properties: {
    listen: { type: "string", description: "address and port to listen on, e.g. 0.0.0.0:443; absent: nowhere" },
    path: { type: "string", pattern: "^/", default: DEFAULT_PATH, description: "path of the URL for neighbours" },
    certificate: { type: "string", description: "path of a certificate that an authority signed, PEM" },
    certificateKey: { type: "string", description: "path of its key, PEM" },
    credentials: {
      type: "object",
      required: ["certificatePem", "keyPem"],
      properties: { certificatePem: { type: "string" }, keyPem: { type: "string" } },
      description: "given by the node when there are no files",
    },
    mtu: FRAME_MTU_SCHEMA,
  },
};

/**
 * Checks a configuration.
 *
 * @throws LinkConfigError that names the key and what is allowed
 */
export function parseWebtransportConfig(value: unknown): WebtransportConfig {
  const {
    listen,
    path = DEFAULT_PATH,
    certificate,
    certificateKey,
    credentials,
    mtu,
  } = objectOf(value, "webtransport", KEYS);
  return {
    listen: listen === undefined ? undefined : parseListen("listen", listen),
    path: parsePath(path),
    files: parseFiles(certificate, certificateKey),
    credentials: parseCredentials(credentials),
    mtu: parseFrameMtu(mtu),
  };
}

function parsePath(path: unknown): string {
  if (typeof path === "string" && /^\/[^?#\s]*$/.test(path)) return path;
  throw new LinkConfigError(`path: ${JSON.stringify(path)} is not the path of a URL, such as "/flor"`);
}

function parseFiles(certificate: unknown, key: unknown): WebtransportConfig["files"] {
  if (certificate === undefined && key === undefined) return undefined;
  if (typeof certificate === "string" && typeof key === "string") return { certificate, key };
  throw new LinkConfigError("certificate and certificateKey belong together, each the path of a file");
}

function parseCredentials(credentials: unknown): TlsCredentials | undefined {
  if (credentials === undefined) return undefined;
  const { certificatePem, keyPem } = credentials as Record<string, unknown>;
  if (typeof certificatePem === "string" && typeof keyPem === "string") return { certificatePem, keyPem };
  throw new LinkConfigError("credentials: certificatePem and keyPem are missing");
}
