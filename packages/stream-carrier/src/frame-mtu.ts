import type { ConfigKeySchema } from "@flor/link-kit";

/** A node takes no port that carries less: QUIC's 1200 octets under labels and admission. */
export const FRAME_MTU_MIN = 1280;
/** What one datagram between node and link may hold, less its token. */
const FRAME_MTU_MAX = 61_432;
/** QUIC makes no longer packets. */
const FRAME_MTU_DEFAULT = 16_384;

/** The key `mtu` of links over streams. */
export const FRAME_MTU_SCHEMA: ConfigKeySchema = {
  type: "integer",
  minimum: FRAME_MTU_MIN,
  maximum: FRAME_MTU_MAX,
  default: FRAME_MTU_DEFAULT,
  description: "octets of the longest frame carried; a stream takes any",
};
