/** Username/Password Authentication for SOCKS V5, RFC 1929 section 2: the numbers, whole. */

/** VER of the sub-negotiation. It is not the SOCKS version. */
export const SUBNEGOTIATION_VERSION = 0x01;

/** STATUS: success. */
export const STATUS_SUCCESS = 0x00;
/** STATUS: any other value is a failure, after which the server must close. */
export const STATUS_FAILURE = 0x01;

/** Octets of UNAME and of PASSWD at most; at least one. */
export const CREDENTIAL_MAX_OCTETS = 255;
