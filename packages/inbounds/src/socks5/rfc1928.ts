/** SOCKS Protocol Version 5, RFC 1928: the numbers, whole. */

/** VER of greeting, method selection, request and reply (sections 3, 4, 6). */
export const SOCKS_VERSION = 0x05;

/** Authentication methods (section 3). */
export const METHOD_NO_AUTHENTICATION = 0x00;
/** Username/password, RFC 1929. */
export const METHOD_USERNAME_PASSWORD = 0x02;
/** NO ACCEPTABLE METHODS: the client must close. */
export const METHOD_NONE_ACCEPTABLE = 0xff;

/** CMD (section 4); every other command is answered with "command-not-supported". */
export const COMMAND_CONNECT = 0x01;
export const COMMAND_UDP_ASSOCIATE = 0x03;

/** ATYP (section 5). */
export const ADDRESS_TYPE_IPV4 = 0x01;
/** One octet of length, then the name. */
export const ADDRESS_TYPE_DOMAIN = 0x03;
/** Sixteen octets. */
export const ADDRESS_TYPE_IPV6 = 0x04;

/** Octets of an IPv4 address. */
export const IPV4_OCTETS = 4;
/** Octets of an IPv6 address. */
export const IPV6_OCTETS = 16;

/** REP (section 6), named as in the RFC. */
export const replyOctet = {
  succeeded: 0x00,
  "general-failure": 0x01,
  "not-allowed": 0x02,
  "network-unreachable": 0x03,
  "host-unreachable": 0x04,
  "connection-refused": 0x05,
  "ttl-expired": 0x06,
  "command-not-supported": 0x07,
  "address-type-not-supported": 0x08,
} as const;

/** The outcome of a request as the client is told it. */
export type Socks5Reply = keyof typeof replyOctet;
