/* Protobuf as far as Flor IO goes (proto/flor_io.proto): varints, octets, nested messages. A message is its octets. */
#ifndef PROTOBUF_H
#define PROTOBUF_H

#include "octets.h"

enum { VARINT = 0, OCTETS = 2 }; /* wire types */

struct field {
  uint64_t number;
  unsigned wire_type;
  uint64_t value;       /* of a varint */
  struct octets octets; /* of any other wire type */
};

/* The next field of a message, whose rest `message` is; false at its end, or where it is malformed: a rest is left. */
bool next_field(struct octets *message, struct field *field);

/* The octets of the next field of this number; otherwise as next_field. */
bool next_octets(struct octets *message, uint64_t number, struct octets *octets);

/* Whether octets are a message. The functions below take one, and the last field of the number counts. */
bool is_message(struct octets octets);
bool has_octets(struct octets message, uint64_t number);
/* 0 when the field is absent. */
uint64_t number_in(struct octets message, uint64_t number);
/* Of length 0 when the field is absent. */
struct octets octets_in(struct octets message, uint64_t number);

/* A message being written. What does not fit is left out, and `is_full` says so. */
struct writer {
  uint8_t *at;
  size_t length, capacity;
  bool is_full;
};

void put(struct writer *to, struct octets octets);
void put_number(struct writer *to, uint64_t number, uint64_t value);
void put_octets(struct writer *to, uint64_t number, struct octets octets);

/* Begins a nested message; `end_nested` takes what this returns. */
size_t begin_nested(struct writer *to, uint64_t number);
void end_nested(struct writer *to, size_t start);

#endif
