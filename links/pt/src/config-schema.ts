import type { LinkConfigSchema } from "@flor/link-kit";
import { FRAME_MTU_SCHEMA } from "@flor/stream-carrier/frame-mtu";

/** What a pt link can be told. */
export const PT_CONFIG_SCHEMA: LinkConfigSchema = {
  type: "object",
  additionalProperties: false,
  required: ["command", "transport"],
  properties: {
    command: {
      type: "array",
      minItems: 1,
      items: { type: "string", minLength: 1 },
      description: "the transport's program and its arguments",
    },
    transport: {
      type: "string",
      // A C identifier, as the specification of pluggable transports says.
      pattern: "^[A-Za-z_][A-Za-z0-9_]*$",
      title: "the name of a transport, e.g. obfs4",
      description: "the transport's name, e.g. obfs4",
    },
    listen: {
      type: "string",
      format: "endpoint",
      description: "address and port where the transport listens; absent: nowhere",
    },
    options: {
      type: "object",
      additionalProperties: { type: "string" },
      default: {},
      description: "the transport's options as a server",
    },
    mtu: FRAME_MTU_SCHEMA,
  },
};
