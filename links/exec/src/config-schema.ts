import type { LinkConfigSchema } from "@flor/link-kit";
import { FRAME_MTU_SCHEMA } from "@flor/stream-carrier/frame-mtu";

/** What an exec link can be told. */
export const EXEC_CONFIG_SCHEMA: LinkConfigSchema = {
  type: "object",
  additionalProperties: false,
  anyOf: [
    { required: ["command"] },
    { required: ["serve"], properties: { serve: { const: true } } },
    { required: ["socket"] },
  ],
  properties: {
    command: {
      type: "array",
      minItems: 1,
      items: { type: "string", minLength: 1 },
      description: "the program and its arguments; {address} stands for the neighbour's address",
    },
    env: {
      type: "object",
      additionalProperties: { type: "string" },
      default: {},
      description: "variables for the program",
    },
    serve: {
      type: "boolean",
      default: false,
      description: "whether neighbours come in by flor link serve --stdio",
    },
    socket: {
      type: "string",
      format: "path",
      pattern: "^/",
      title: "an absolute path",
      readOnly: true,
      description: "where flor link serve --stdio comes in",
    },
    mtu: FRAME_MTU_SCHEMA,
  },
};
