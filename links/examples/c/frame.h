/*
 * The frame. Frames stand back to back behind the session token of a datagram, big-endian:
 *
 *   | type 1 | flags 1 | length 2 | port 2 | reserved 2 | token 8 | content (length) |
 */
#ifndef FRAME_H
#define FRAME_H

#include "octets.h"

enum { TOKEN_OCTETS = 8, HEADER_OCTETS = 16, FIELD_LENGTH = 2, FIELD_PORT = 4, FIELD_TOKEN = 8 };
enum { FRAME_DATA = 0x10, FRAME_CONTROL = 0x20, FLAG_MAC = 0x01 };
enum { DATAGRAM_MAX = 65536, BUNDLE_MAX = 61440, ENVELOPE_MAX = 32768 };

static inline uint16_t get16(const uint8_t *at) { return (uint16_t)(at[0] << 8 | at[1]); }
static inline void put16(uint8_t *at, size_t value) { at[0] = (uint8_t)(value >> 8), at[1] = (uint8_t)value; }

/* Octets of the frame that begins a run; 0 when it is not there whole. */
static inline size_t frame_length(struct octets run) {
  if (run.length < HEADER_OCTETS) return 0;
  size_t length = HEADER_OCTETS + (size_t)get16(run.at + FIELD_LENGTH);
  return length <= run.length ? length : 0;
}

static inline bool is_zero_token(const uint8_t *token) {
  static const uint8_t zeros[TOKEN_OCTETS];
  return memcmp(token, zeros, TOKEN_OCTETS) == 0;
}

#endif
