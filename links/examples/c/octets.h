/* A run of octets that somebody else owns. */
#ifndef OCTETS_H
#define OCTETS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct octets {
  const uint8_t *at;
  size_t length;
};

static inline struct octets octets_of(const void *at, size_t length) { return (struct octets){at, length}; }
static inline struct octets text(const char *text) { return octets_of(text, strlen(text)); }

static inline bool octets_equal(struct octets a, struct octets b) {
  return a.length == b.length && (a.length == 0 || memcmp(a.at, b.at, a.length) == 0);
}

/* Copies octets as a string; false when they do not fit, or hold a zero. */
static inline bool copy_text(struct octets from, char *to, size_t capacity) {
  if (from.length >= capacity || (from.length > 0 && memchr(from.at, 0, from.length) != NULL)) return false;
  if (from.length > 0) memcpy(to, from.at, from.length);
  to[from.length] = '\0';
  return true;
}

#endif
