#include "sha256.h"



static const uint32_t sha256_constants[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

static uint32_t rotate_right(uint32_t word, int bits) { return word >> bits | word << (32 - bits); }

static void sha256_take_block(struct sha256 *hash) {
  uint32_t words[64], s[8];
  for (int i = 0; i < 16; i++) {
    const uint8_t *octets = hash->block + 4 * i;
    words[i] = (uint32_t)octets[0] << 24 | (uint32_t)octets[1] << 16 | (uint32_t)octets[2] << 8 | octets[3];
  }
  for (int i = 16; i < 64; i++) {
    uint32_t a = words[i - 15], b = words[i - 2];
    words[i] = words[i - 16] + words[i - 7] + (rotate_right(a, 7) ^ rotate_right(a, 18) ^ a >> 3) +
               (rotate_right(b, 17) ^ rotate_right(b, 19) ^ b >> 10);
  }
  memcpy(s, hash->state, sizeof s);
  for (int i = 0; i < 64; i++) {
    uint32_t one = s[7] + (rotate_right(s[4], 6) ^ rotate_right(s[4], 11) ^ rotate_right(s[4], 25)) +
                   ((s[4] & s[5]) ^ (~s[4] & s[6])) + sha256_constants[i] + words[i];
    uint32_t two = (rotate_right(s[0], 2) ^ rotate_right(s[0], 13) ^ rotate_right(s[0], 22)) +
                   ((s[0] & s[1]) ^ (s[0] & s[2]) ^ (s[1] & s[2]));
    memmove(s + 1, s, 7 * sizeof *s);
    s[4] += one;
    s[0] = one + two;
  }
  for (int i = 0; i < 8; i++) hash->state[i] += s[i];
}

void sha256_start(struct sha256 *hash) {
  *hash = (struct sha256){{0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab,
                           0x5be0cd19}, 0, {0}};
}

void sha256_add(struct sha256 *hash, struct octets octets) {
  for (size_t i = 0; i < octets.length; i++) {
    hash->block[hash->length++ % SHA256_BLOCK_OCTETS] = octets.at[i];
    if (hash->length % SHA256_BLOCK_OCTETS == 0) sha256_take_block(hash);
  }
}

static void sha256_end(struct sha256 *hash, uint8_t out[SHA256_OCTETS]) {
  uint64_t bits = hash->length * 8;
  sha256_add(hash, octets_of("\x80", 1));
  while (hash->length % SHA256_BLOCK_OCTETS != 56) sha256_add(hash, octets_of("", 1));
  for (int shift = 56; shift >= 0; shift -= 8) sha256_add(hash, octets_of(&(uint8_t){(uint8_t)(bits >> shift)}, 1));
  for (int i = 0; i < SHA256_OCTETS; i++) out[i] = (uint8_t)(hash->state[i / 4] >> (24 - i % 4 * 8));
}

void sha256_of(struct octets octets, uint8_t out[SHA256_OCTETS]) {
  struct sha256 hash;
  sha256_start(&hash);
  sha256_add(&hash, octets);
  sha256_end(&hash, out);
}

void hmac_start(struct hmac *hmac, struct octets key) {
  uint8_t inner_key[SHA256_BLOCK_OCTETS];
  for (size_t i = 0; i < SHA256_BLOCK_OCTETS; i++) {
    uint8_t octet = i < key.length ? key.at[i] : 0;
    inner_key[i] = octet ^ 0x36;
    hmac->outer_key[i] = octet ^ 0x5c;
  }
  sha256_start(&hmac->inner);
  sha256_add(&hmac->inner, octets_of(inner_key, sizeof inner_key));
}

void hmac_end(struct hmac *hmac, uint8_t out[SHA256_OCTETS]) {
  struct sha256 outer;
  sha256_end(&hmac->inner, out);
  sha256_start(&outer);
  sha256_add(&outer, octets_of(hmac->outer_key, sizeof hmac->outer_key));
  sha256_add(&outer, octets_of(out, SHA256_OCTETS));
  sha256_end(&outer, out);
}
