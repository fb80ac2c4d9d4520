/* Control messages: one envelope a frame, one frame a datagram as we send them, outside the credit. */
#include "process.h"
#include "protobuf.h"
#include "session.h"
#include "star.h"

enum { /* fields of Envelope */
  SEQ = 1,
  ACK = 2,
  HELLO = 10,
  REJECT = 13,
  PING = 20,
  PONG = 21,
  CREDIT = 22,
  BYE = 24,
  ERROR = 25,
  PORTS = 30,
  NEIGHBOURS = 31,
  TOO_BIG = 40
};
enum { PORTS_DELAY_MS = 50, SHORT_ENVELOPE_MAX = 2048, NEIGHBOURS_MAX = 256 };

static const char *const counter_names[COUNTERS] = {
    [LOST] = "lost",
    [SEND_ERROR] = "error.send",
    [DROP_BAD_TOKEN] = "drop.bad-token",
    [DROP_BAD_MAC] = "drop.bad-mac",
    [DROP_MALFORMED] = "drop.malformed",
    [DROP_UNKNOWN_TYPE] = "drop.unknown-type",
    [DROP_UNKNOWN_MESSAGE] = "drop.unknown-message",
    [DROP_NO_PORT] = "drop.no-port",
    [DROP_NO_ADDRESS] = "drop.no-address",
    [DROP_TOO_BIG] = "drop.too-big",
    [DROP_SEND_FAILED] = "drop.send-failed",
    [DROP_STRANGER] = "drop.stranger",
    [DROP_STRANGERS] = "drop.strangers",
    [DROP_PORTS_FULL] = "drop.ports-full",
};

/* ---- To the node ---- */

/* Begins the datagram of one control frame, whose envelope is to follow. */
struct writer begin_control(uint8_t *at, size_t capacity, const uint8_t *token, uint8_t flags) {
  uint8_t header[HEADER_OCTETS] = {FRAME_CONTROL, flags};
  struct writer to = {at, 0, capacity, false};
  put(&to, octets_of(token, TOKEN_OCTETS));
  put(&to, octets_of(header, HEADER_OCTETS));
  return to;
}

/* Returns the length of the datagram. */
size_t end_control(struct writer *to) {
  put16(to->at + TOKEN_OCTETS + FIELD_LENGTH, to->length - TOKEN_OCTETS - HEADER_OCTETS);
  return to->length;
}

/* A short envelope is written here; one at a time. */
static struct writer begin_envelope(void) {
  static uint8_t datagram[TOKEN_OCTETS + HEADER_OCTETS + SHORT_ENVELOPE_MAX];
  return begin_control(datagram, sizeof datagram, node.bundle, 0);
}

static void send_envelope(struct writer *to) { transmit(octets_of(to->at, end_control(to))); }

/* Sends a message of nothing but numbers, its fields 1 to `length`. */
static void send_numbers(uint64_t field, const uint64_t *numbers, uint64_t length) {
  struct writer to = begin_envelope();
  size_t nested = begin_nested(&to, field);
  for (uint64_t i = 0; i < length; i++) put_number(&to, i + 1, numbers[i]);
  end_nested(&to, nested);
  send_envelope(&to);
}

void send_credit(const uint64_t numbers[4]) { send_numbers(CREDIT, numbers, 4); }

void send_ping(void) { send_numbers(PING, (uint64_t[]){++node.pings, node.sent.datagrams, node.sent.octets}, 3); }

void send_too_big(uint16_t port, size_t mtu, size_t octets) {
  send_numbers(TOO_BIG, (uint64_t[]){port, mtu, octets}, 3);
}

void say_goodbye(const char *reason) {
  if (!node.is_ready) return;
  flush_bundle();
  struct writer to = begin_envelope();
  size_t bye = begin_nested(&to, BYE);
  put_octets(&to, 1, text(reason));
  end_nested(&to, bye);
  send_envelope(&to);
}

static void send_pong(uint64_t id) {
  struct writer to = begin_envelope();
  size_t pong = begin_nested(&to, PONG);
  put_number(&to, 1, id);
  for (int i = 0; i < COUNTERS; i++) {
    size_t counter = begin_nested(&to, 2);
    put_octets(&to, 1, text(counter_names[i]));
    put_number(&to, 2, node.counters[i]);
    end_nested(&to, counter);
  }
  end_nested(&to, pong);
  send_envelope(&to);
}

/* Ends the repetition of a message, also of one that is refused: repeating would not mend it. */
static void acknowledge(uint64_t seq, const char *refusal) {
  struct writer to = begin_envelope();
  put_number(&to, ACK, seq);
  if (refusal != NULL) {
    size_t error = begin_nested(&to, ERROR);
    put_number(&to, 1, seq);
    put_octets(&to, 2, text(refusal));
    end_nested(&to, error);
  }
  send_envelope(&to);
}

struct writer begin_ports(size_t *nested) {
  struct writer to = begin_control(node.ports, sizeof node.ports, node.bundle, 0);
  node.seq++;
  put_number(&to, SEQ, node.seq);
  *nested = begin_nested(&to, PORTS);
  put_number(&to, 1, node.seq);
  return to;
}

void end_ports(struct writer *to, size_t nested) {
  end_nested(to, nested);
  if (to->is_full) quit(TEMPORARY, "the ports do not fit one envelope: their keys are too long");
  node.ports_length = end_control(to);
  node.ports_delay = PORTS_DELAY_MS;
  set_timer(SEND_PORTS, 0);
}

/* ---- From the node ---- */

/* Whether an envelope carries a message, but none that this version of Flor IO has. */
static bool is_unknown(struct octets envelope) {
  struct field field;
  bool has_unknown = false;
  while (next_field(&envelope, &field)) {
    uint64_t number = field.number;
    if ((number >= HELLO && number <= REJECT) || (number >= PING && number <= ERROR) || number == PORTS ||
        number == NEIGHBOURS || number == TOO_BIG)
      return false;
    if (number != SEQ && number != ACK) has_unknown = true;
  }
  return has_unknown;
}

static bool has_key_before(struct octets list, const uint8_t *end, struct octets key) {
  struct octets neighbour;
  while (next_octets(&list, 2, &neighbour) && list.at < end)
    if (octets_equal(octets_in(neighbour, 1), key)) return true;
  return false;
}

/* Whether a list of neighbours keeps the bounds of the contract. */
static bool are_sound(struct octets list) {
  struct octets rest = list, neighbour;
  int neighbours = 0;
  while (next_octets(&rest, 2, &neighbour)) {
    if (!is_message(neighbour) || ++neighbours > NEIGHBOURS_MAX) return false;
    struct octets key = octets_in(neighbour, 1), token = octets_in(neighbour, 3);
    if (key.length == 0 || key.length >= TEXT_MAX || has_key_before(list, rest.at, key)) return false;
    if (token.length != 0 && token.length != TOKEN_OCTETS) return false;
  }
  return true;
}

/* Returns why the list is refused, or NULL. */
static const char *receive_neighbours(struct octets neighbours) {
  uint64_t generation = number_in(neighbours, 1);
  if (!are_sound(neighbours)) {
    count(DROP_MALFORMED);
    return "malformed";
  }
  if (generation > node.seen_generation) { /* else it was overtaken on the way, or is a repetition */
    node.seen_generation = generation;
    set_neighbours(neighbours);
  }
  return NULL;
}

void receive_control(struct octets envelope) {
  if (envelope.length > ENVELOPE_MAX || !is_message(envelope)) return count(DROP_MALFORMED);
  struct octets credit = octets_in(envelope, CREDIT), ping = octets_in(envelope, PING);
  struct octets neighbours = octets_in(envelope, NEIGHBOURS);
  if (!is_message(credit) || !is_message(ping) || !is_message(neighbours)) return count(DROP_MALFORMED);
  if (number_in(envelope, ACK) == node.seq) cancel_timer(SEND_PORTS);
  if (has_octets(envelope, CREDIT)) take_credit(credit);
  if (has_octets(envelope, PING)) {
    settle(number_in(ping, 2), number_in(ping, 3));
    send_pong(number_in(ping, 1));
    report_credit();
  }
  if (has_octets(envelope, BYE)) quit(OK, "the node said goodbye");
  const char *refusal = has_octets(envelope, NEIGHBOURS) ? receive_neighbours(neighbours) : NULL;
  if (is_unknown(envelope)) {
    count(DROP_UNKNOWN_MESSAGE);
    refusal = "unimplemented";
  }
  uint64_t seq = number_in(envelope, SEQ);
  if (seq != 0) acknowledge(seq, refusal);
}
