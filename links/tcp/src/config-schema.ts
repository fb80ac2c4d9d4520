import type { LinkConfigSchema } from "@flor/link-kit";
import { FRAME_MTU_SCHEMA } from "@flor/stream-carrier/frame-mtu";

/** What a tcp link can be told. */
export const TCP_CONFIG_SCHEMA: LinkConfigSchema = {
  type: "object",
  additionalProperties: false,
  dependentRequired: { user: ["passwordFile", "socks5"], passwordFile: ["user"] },
  properties: {
    listen: {
      type: "string",
      format: "endpoint",
      description: "address and port to listen on, e.g. 0.0.0.0:4600; absent: nowhere",
    },
    socks5: {
      type: "string",
      format: "endpoint",
      description: "address and port of a SOCKS5 proxy through which neighbours are dialled",
    },
    user: { type: "string", format: "credential", description: "user name at that proxy (RFC 1929)" },
    passwordFile: { type: "string", format: "path", description: "path of a file that holds the password, one line" },
    mtu: FRAME_MTU_SCHEMA,
  },
};
