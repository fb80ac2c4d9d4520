/** The largest frame that segments carry whole: a QUIC packet of 16 KiB costs little more than one of 1,400 octets. */
export const FRAME_MAX_OCTETS = 16_384;
