/* The link's end of a Flor IO session: handshake.c, control.c, and bundles, credit and liveness in session.c. */
#ifndef SESSION_H
#define SESSION_H

#include <time.h>

#include "frame.h"
#include "sha256.h"

enum { SECRET_OCTETS = 32, GREETING_MAX = 512 };

/* What is counted; every drop has its reason here. */
enum counter {
  LOST,
  SEND_ERROR,
  DROP_BAD_TOKEN,
  DROP_BAD_MAC,
  DROP_MALFORMED,
  DROP_UNKNOWN_TYPE,
  DROP_UNKNOWN_MESSAGE,
  DROP_NO_PORT,
  DROP_NO_ADDRESS,
  DROP_TOO_BIG,
  DROP_SEND_FAILED,
  DROP_STRANGER,
  DROP_STRANGERS,
  DROP_PORTS_FULL,
  COUNTERS
};

/* Datagrams and octets since the start of the session: a lost update heals with the next. */
struct amount {
  uint64_t datagrams, octets;
};

enum timer { GREET, DEADLINE, PING_NODE, REPORT_CREDIT, SEND_PORTS, TICK, TIMERS };

/* There is one session, and one thread uses it. */
extern struct session {
  int socket;
  uint64_t counters[COUNTERS];
  int64_t due[TIMERS];
  bool is_ready;

  uint8_t secret[SECRET_OCTETS];
  uint8_t token[TOKEN_OCTETS]; /* opens the node's datagrams */
  uint8_t hello_hash[SHA256_OCTETS];
  uint8_t greeting[GREETING_MAX]; /* the datagram to repeat until the node answers: Hello, then Ready */
  size_t greeting_length;
  int64_t greet_delay;

  int64_t interval, heard_at, pinged_at;
  uint64_t pings;

  struct amount sent, limit, received, reported, window;
  uint8_t bundle[BUNDLE_MAX + 1]; /* opens with the token of the node's choice; one octet more than is ever sent */
  size_t used, bundle_max, frame_max;

  uint8_t ports[TOKEN_OCTETS + HEADER_OCTETS + ENVELOPE_MAX]; /* the datagram to repeat until it is acknowledged */
  size_t ports_length;
  int64_t ports_delay;
  uint64_t seq, seen_generation;
} node;

/* Opens the socket and says Hello. `secret` is in place. */
void open_session(const char *node_address, int64_t deadline_ms);

/* Takes what the node sent. */
void receive_node(void);

/* Whether the node takes a frame of so many octets, `frame_max` at most; it is written at `bundle + used`. */
bool has_room(size_t octets);

/* Sends the open bundle; call at the end of each turn. */
void flush_bundle(void);

void set_timer(enum timer timer, int64_t delay_ms);
void cancel_timer(enum timer timer);
void run_timers(void);
struct timespec time_to_next_timer(void);

static inline void count(enum counter counter) { node.counters[counter]++; }

/* Sends a datagram to the node. */
void transmit(struct octets datagram);
void report_credit(void);
void take_credit(struct octets credit);
void settle(uint64_t sent_datagrams, uint64_t sent_octets);

/* handshake.c */
void make_hello(void);
void receive_handshake(struct octets content);
void establish(struct octets welcome);

/* control.c */
struct writer begin_control(uint8_t *at, size_t capacity, const uint8_t *token, uint8_t flags);
size_t end_control(struct writer *to);
void receive_control(struct octets envelope);
void send_credit(const uint64_t numbers[4]);
void send_ping(void);
void send_too_big(uint16_t port, size_t mtu, size_t octets);
void say_goodbye(const char *reason);

/* Begins the list of all ports, to which each is added as field 2, and sends it until the node acknowledges it. */
struct writer begin_ports(size_t *nested);
void end_ports(struct writer *to, size_t nested);

#endif
