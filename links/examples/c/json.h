/* JSON as far as the bootstrap line goes: members of objects, found in the text where they are. A value is its text. */
#ifndef JSON_H
#define JSON_H

#include "octets.h"

/* The next member of an object, whose rest `object` is; false at its end, or where it is none. */
bool json_next_member(struct octets *object, struct octets *key, struct octets *value);

/* The value of a member; of length 0 when there is none. */
struct octets json_member(struct octets object, const char *name);

/* What is between the quotes of a string without escapes; of length 0 when the value is not one. */
struct octets json_text(struct octets value);

/* A whole number of at most nine digits, or `otherwise`. */
long json_number(struct octets value, long otherwise);

#endif
