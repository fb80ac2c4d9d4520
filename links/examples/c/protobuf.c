#include "protobuf.h"

static bool read_varint(struct octets *from, uint64_t *value) {
  *value = 0;
  for (unsigned shift = 0; shift < 70 && from->length > 0; shift += 7) {
    uint8_t octet = *from->at++;
    from->length--;
    *value |= shift < 64 ? (uint64_t)(octet & 127) << shift : 0;
    if (octet < 128) return true;
  }
  return false;
}

bool next_field(struct octets *message, struct field *field) {
  struct octets rest = *message;
  uint64_t key = 0, length = 0;
  *field = (struct field){0};
  if (!read_varint(&rest, &key)) return false;
  field->number = key >> 3;
  field->wire_type = key & 7;
  switch (field->wire_type) {
    case VARINT:
      if (!read_varint(&rest, &field->value)) return false;
      break;
    case 1: /* fixed width: not a field we know, but perhaps one of a later version */
    case 5:
      length = field->wire_type == 1 ? 8 : 4;
      break;
    case OCTETS:
      if (!read_varint(&rest, &length)) return false;
      break;
    default:
      return false;
  }
  if (length > rest.length) return false;
  field->octets = octets_of(rest.at, (size_t)length);
  *message = octets_of(rest.at + length, rest.length - (size_t)length);
  return true;
}

bool next_octets(struct octets *message, uint64_t number, struct octets *octets) {
  struct field field;
  while (next_field(message, &field)) {
    if (field.number != number || field.wire_type != OCTETS) continue;
    *octets = field.octets;
    return true;
  }
  return false;
}

bool is_message(struct octets octets) {
  struct field field;
  while (next_field(&octets, &field)) continue;
  return octets.length == 0;
}

/* The last field of this number and wire type, all zero when there is none. Of another wire type, none is seen. */
static struct field field_in(struct octets message, uint64_t number, unsigned wire_type) {
  struct field field, found = {0};
  while (next_field(&message, &field))
    if (field.number == number && field.wire_type == wire_type) found = field;
  return found;
}

uint64_t number_in(struct octets message, uint64_t number) { return field_in(message, number, VARINT).value; }
struct octets octets_in(struct octets message, uint64_t number) { return field_in(message, number, OCTETS).octets; }
bool has_octets(struct octets message, uint64_t number) { return field_in(message, number, OCTETS).number != 0; }

void put(struct writer *to, struct octets octets) {
  if (octets.length > to->capacity - to->length) {
    to->is_full = true;
    return;
  }
  if (octets.length > 0) memcpy(to->at + to->length, octets.at, octets.length);
  to->length += octets.length;
}

static void put_varint(struct writer *to, uint64_t value) {
  uint8_t octets[10];
  size_t length = 0;
  for (; value > 127; value >>= 7) octets[length++] = (uint8_t)(value | 128);
  octets[length++] = (uint8_t)value;
  put(to, octets_of(octets, length));
}

void put_number(struct writer *to, uint64_t number, uint64_t value) {
  put_varint(to, number << 3 | VARINT);
  put_varint(to, value);
}

void put_octets(struct writer *to, uint64_t number, struct octets octets) {
  put_varint(to, number << 3 | OCTETS);
  put_varint(to, octets.length);
  put(to, octets);
}

size_t begin_nested(struct writer *to, uint64_t number) {
  put_varint(to, number << 3 | OCTETS);
  return to->length;
}

void end_nested(struct writer *to, size_t start) {
  uint8_t octets[10];
  struct writer length = {octets, 0, sizeof octets, false};
  put_varint(&length, to->length - start);
  put(to, octets_of(octets, length.length)); /* makes room */
  if (to->is_full) return;
  memmove(to->at + start + length.length, to->at + start, to->length - start - length.length);
  memcpy(to->at + start, octets, length.length);
}
