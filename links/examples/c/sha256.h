/* SHA-256 (FIPS 180-4) and HMAC (RFC 2104). */
#ifndef SHA256_H
#define SHA256_H

#include "octets.h"

enum { SHA256_OCTETS = 32, SHA256_BLOCK_OCTETS = 64 };

struct sha256 {
  uint32_t state[8];
  uint64_t length;
  uint8_t block[SHA256_BLOCK_OCTETS];
};

struct hmac {
  struct sha256 inner;
  uint8_t outer_key[SHA256_BLOCK_OCTETS];
};

void sha256_start(struct sha256 *hash);
void sha256_add(struct sha256 *hash, struct octets octets);
void sha256_of(struct octets octets, uint8_t out[SHA256_OCTETS]);

/* The key is at most one block long. What is authenticated is added to `inner`. */
void hmac_start(struct hmac *hmac, struct octets key);
void hmac_end(struct hmac *hmac, uint8_t out[SHA256_OCTETS]);

#endif
