import type { LinkConfigSchema } from "@flor/link-kit";
import { FRAME_MTU_SCHEMA } from "@flor/stream-carrier/frame-mtu";

/** What a webtransport link can be told. */
export const WEBTRANSPORT_CONFIG_SCHEMA: LinkConfigSchema = {
  type: "object",
  additionalProperties: false,
  dependentRequired: { certificate: ["certificateKey"], certificateKey: ["certificate"] },
  properties: {
    listen: {
      type: "string",
      format: "endpoint",
      description: "address and port to listen on, e.g. 0.0.0.0:443; absent: nowhere",
    },
    path: {
      type: "string",
      pattern: "^/[^?#\\s]*$",
      title: 'the path of a URL, such as "/flor"',
      default: "/flor",
      description: "path of the URL for neighbours",
    },
    certificate: { type: "string", format: "path", description: "path of a certificate that an authority signed, PEM" },
    certificateKey: { type: "string", format: "path", description: "path of its key, PEM" },
    credentials: {
      type: "object",
      additionalProperties: { type: "string" },
      readOnly: true,
      description: "certificatePem and keyPem, given by the node when there are no files",
    },
    mtu: FRAME_MTU_SCHEMA,
  },
};
