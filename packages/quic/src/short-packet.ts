import { CONNECTION_ID_OCTETS } from "./connection-id.ts";

/** First octet of a packet with a short header, under {@link FORM_AND_FIXED_BITS}: RFC 9000 section 17.3. */
export const SHORT_HEADER = 0x40;
/** Header form and fixed bit. */
export const FORM_AND_FIXED_BITS = 0xc0;
/** The shortest QUIC packet with a short header that can be decrypted: RFC 9001 section 5.4.2. */
export const SHORT_PACKET_MIN_OCTETS: number = 1 + CONNECTION_ID_OCTETS + 4 + 16;
