import type { LinkConfigSchema } from "@flor/link-kit";

/** What a udp link can be told. */
export const UDP_CONFIG_SCHEMA: LinkConfigSchema = {
  type: "object",
  additionalProperties: false,
  properties: {
    listen: {
      type: "string",
      format: "endpoint",
      default: "0.0.0.0:0",
      description: "address and port, e.g. 0.0.0.0:4600 or [::]:4600; port 0 chooses and keeps one",
    },
    // The least IP MTU that every host takes (RFC 791), and the longest IP packet.
    mtu: { type: "integer", minimum: 576, maximum: 65_535, default: 1500, description: "IP MTU of the interface" },
    segments: { type: "boolean", default: true, description: "carry frames of up to 16384 octets in segments" },
    gso: {
      type: "string",
      enum: ["auto", "off"],
      default: "auto",
      description: "let the kernel cut and join datagrams",
    },
  },
};
