#include "json.h"

static const uint8_t *json_skip_space(const uint8_t *at, const uint8_t *end) {
  while (at < end && (*at == ' ' || *at == '\t' || *at == '\n' || *at == '\r')) at++;
  return at;
}

static const uint8_t *json_skip_string(const uint8_t *at, const uint8_t *end) {
  for (at++; at < end && *at != '"'; at++)
    if (*at == '\\' && at + 1 < end) at++;
  return at < end ? at + 1 : NULL;
}

/* Where the value at `at` ends; NULL when it does not. What is inside a number or word is not looked at. */
static const uint8_t *json_skip_value(const uint8_t *at, const uint8_t *end) {
  int depth = 0;
  do {
    at = json_skip_space(at, end);
    if (at == end || *at < ' ') return NULL;
    if (*at == '"') {
      if ((at = json_skip_string(at, end)) == NULL) return NULL;
    } else if (*at == '{' || *at == '[') {
      depth++, at++;
    } else if (*at == '}' || *at == ']') {
      depth--, at++;
    } else if (*at == ',' || *at == ':') {
      if (depth == 0) return NULL;
      at++;
    } else {
      while (at < end && strchr("{}[],:\" \t\r\n", *at) == NULL) at++;
    }
  } while (depth > 0);
  return depth == 0 ? at : NULL;
}

static const uint8_t *json_expect(const uint8_t *at, const uint8_t *end, char character) {
  at = json_skip_space(at, end);
  return at < end && *at == character ? at + 1 : NULL;
}

bool json_next_member(struct octets *object, struct octets *key, struct octets *value) {
  const uint8_t *end = object->at + object->length;
  const uint8_t *at = json_skip_space(object->at, end);
  if (at == end || (*at != '{' && *at != ',')) return false;
  const uint8_t *name = json_skip_space(at + 1, end);
  if (name == end || *name != '"') return false;
  const uint8_t *name_end = json_skip_string(name, end);
  if (name_end == NULL) return false;
  const uint8_t *start = json_expect(name_end, end, ':');
  if (start == NULL) return false;
  start = json_skip_space(start, end);
  const uint8_t *value_end = json_skip_value(start, end);
  if (value_end == NULL) return false;
  *key = octets_of(name + 1, (size_t)(name_end - name) - 2);
  *value = octets_of(start, (size_t)(value_end - start));
  *object = octets_of(value_end, (size_t)(end - value_end));
  return true;
}

struct octets json_member(struct octets object, const char *name) {
  struct octets key, value, found = {NULL, 0};
  while (json_next_member(&object, &key, &value))
    if (octets_equal(key, text(name))) found = value;
  return found;
}

struct octets json_text(struct octets value) {
  if (value.length < 2 || value.at[0] != '"' || memchr(value.at, '\\', value.length) != NULL)
    return octets_of("", 0);
  return octets_of(value.at + 1, value.length - 2);
}

long json_number(struct octets value, long otherwise) {
  long number = 0;
  if (value.length == 0 || value.length > 9) return otherwise;
  for (size_t i = 0; i < value.length; i++) {
    if (value.at[i] < '0' || value.at[i] > '9') return otherwise;
    number = number * 10 + (value.at[i] - '0');
  }
  return number;
}
