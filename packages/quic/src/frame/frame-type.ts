/** Frame types, RFC 9000 section 19; RFC 9221 section 4; RESET_STREAM_AT; ACK_FREQUENCY. */
export const frameType = {
  padding: 0x00,
  ping: 0x01,
  ack: 0x02,
  ackEcn: 0x03,
  resetStream: 0x04,
  stopSending: 0x05,
  crypto: 0x06,
  newToken: 0x07,
  /** To 0x0f, with the bits below. */
  stream: 0x08,
  maxData: 0x10,
  maxStreamData: 0x11,
  maxStreamsBidi: 0x12,
  maxStreamsUni: 0x13,
  dataBlocked: 0x14,
  streamDataBlocked: 0x15,
  streamsBlockedBidi: 0x16,
  streamsBlockedUni: 0x17,
  newConnectionId: 0x18,
  retireConnectionId: 0x19,
  pathChallenge: 0x1a,
  pathResponse: 0x1b,
  connectionClose: 0x1c,
  connectionCloseApplication: 0x1d,
  handshakeDone: 0x1e,
  immediateAck: 0x1f,
  resetStreamAt: 0x24,
  datagram: 0x30,
  datagramWithLength: 0x31,
  ackFrequency: 0xaf,
} as const;

/** Bits in the type of a STREAM frame, RFC 9000 section 19.8. */
export const STREAM_FIN = 0x01;
export const STREAM_LENGTH = 0x02;
export const STREAM_OFFSET = 0x04;
