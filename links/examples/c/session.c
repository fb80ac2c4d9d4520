#include "session.h"

#include <errno.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "address.h"
#include "process.h"
#include "protobuf.h"
#include "star.h"

/* Milliseconds. */
enum { DELAY_MAX = 800, CREDIT_DELAY = 5, CREDIT_ASK = 200, INTERVAL_MIN = 100, INTERVAL_MAX = 2500 };
enum { SILENCE_MAX = 5000 }; /* the node counts as dead after this */
enum { STOPPED = 2000 };     /* a Ping so late: this process was stopped, and the node is not to blame */

enum { DATAGRAM_CHARGE = 832 }; /* octets that a datagram costs the kernel beside twice its own, at most */
enum { TURN_DATAGRAMS = 64 };   /* from one socket before the other has its turn */

struct session node;

void open_session(const char *node_address, int64_t deadline_ms) {
  struct sockaddr_in own = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  struct sockaddr_storage peer;
  socklen_t length, size = sizeof(int);
  int octets = 0;
  if (strncmp(node_address, "127.0.0.1:", 10) != 0 || !parse_address(node_address, AF_INET, &peer, &length))
    quit(USAGE, "flor_io.address is not 127.0.0.1:PORT");
  node.socket = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  enlarge_receive_buffer(node.socket);
  /* Connected, the kernel drops what anybody else sends. */
  if (bind(node.socket, (const struct sockaddr *)&own, sizeof own) < 0 ||
      connect(node.socket, (const struct sockaddr *)&peer, length) < 0 ||
      getsockopt(node.socket, SOL_SOCKET, SO_RCVBUF, &octets, &size) < 0)
    quit(TEMPORARY, "cannot open a socket for the node: %s", strerror(errno));
  /* With no more credit than this, the buffer never overflows. */
  node.window = (struct amount){(uint64_t)most(2, octets / 2 / DATAGRAM_CHARGE), (uint64_t)most(4096, octets / 4)};
  node.used = TOKEN_OCTETS;
  node.frame_max = BUNDLE_MAX - TOKEN_OCTETS;
  for (int timer = 0; timer < TIMERS; timer++) cancel_timer((enum timer)timer);
  set_timer(DEADLINE, deadline_ms);
  set_timer(TICK, 0);
  make_hello();
}

void establish(struct octets welcome) {
  node.is_ready = true;
  memcpy(node.bundle, octets_in(welcome, 3).at, TOKEN_OCTETS);
  node.limit = (struct amount){number_in(welcome, 4), number_in(welcome, 5)};
  uint64_t datagram_max = number_in(welcome, 6);
  if (datagram_max == 0 || datagram_max > BUNDLE_MAX) datagram_max = BUNDLE_MAX;
  if (datagram_max > node.limit.octets) datagram_max = node.limit.octets;
  node.frame_max = datagram_max > TOKEN_OCTETS ? (size_t)datagram_max - TOKEN_OCTETS : 0;
  /* A quarter of the window: the node empties its buffer while the next bundle fills. */
  node.bundle_max = (size_t)(datagram_max < node.limit.octets / 4 ? datagram_max : node.limit.octets / 4);
  uint64_t interval = number_in(welcome, 8);
  node.interval = interval > INTERVAL_MAX ? INTERVAL_MAX : most(INTERVAL_MIN, (int64_t)interval);
  node.heard_at = node.pinged_at = now_ms();
  cancel_timer(DEADLINE);
  set_timer(PING_NODE, node.interval);
}

/* ---- Timers ---- */

void set_timer(enum timer timer, int64_t delay_ms) { node.due[timer] = now_ms() + delay_ms; }
void cancel_timer(enum timer timer) { node.due[timer] = INT64_MAX; }

/* Sets the timer unless it is due before. */
static void set_timer_sooner(enum timer timer, int64_t delay_ms) {
  node.due[timer] = least(node.due[timer], now_ms() + delay_ms);
}

struct timespec time_to_next_timer(void) {
  int64_t next = INT64_MAX;
  for (int timer = 0; timer < TIMERS; timer++) next = least(next, node.due[timer]);
  int64_t wait = most(0, next - now_ms());
  return (struct timespec){.tv_sec = wait / 1000, .tv_nsec = wait % 1000 * 1000000};
}

static void repeat(enum timer timer, const uint8_t *datagram, size_t length, int64_t *delay) {
  transmit(octets_of(datagram, length));
  set_timer(timer, *delay);
  *delay = least(DELAY_MAX, *delay * 2);
}

static void ping_node(void) {
  int64_t now = now_ms();
  uint8_t jitter;
  fill_random(&jitter, 1);
  if (now - node.pinged_at > node.interval + STOPPED) node.heard_at = now;
  if (now - node.heard_at > SILENCE_MAX) quit(TEMPORARY, "the node was silent for %d ms", SILENCE_MAX);
  node.pinged_at = now;
  send_ping();
  set_timer(PING_NODE, node.interval * (768 + jitter) / 1024); /* 75 to 100 % */
}

static void fire(enum timer timer) {
  cancel_timer(timer);
  if (timer == GREET) repeat(GREET, node.greeting, node.greeting_length, &node.greet_delay);
  if (timer == DEADLINE) quit(TEMPORARY, "the node did not answer the handshake in time");
  if (timer == PING_NODE) ping_node();
  if (timer == REPORT_CREDIT) report_credit();
  if (timer == SEND_PORTS) repeat(SEND_PORTS, node.ports, node.ports_length, &node.ports_delay);
  if (timer == TICK) tick_star();
}

void run_timers(void) {
  int64_t now = now_ms();
  for (int timer = 0; timer < TIMERS; timer++)
    if (node.due[timer] <= now) fire((enum timer)timer);
}

/* ---- Credit ---- */

void report_credit(void) {
  const struct amount received = node.received, window = node.window;
  cancel_timer(REPORT_CREDIT);
  node.reported = received;
  send_credit((uint64_t[]){received.datagrams, received.octets, received.datagrams + window.datagrams,
                           received.octets + window.octets});
}

static void grant_credit(size_t octets) {
  node.received.datagrams++;
  node.received.octets += octets;
  bool is_due = (node.received.datagrams - node.reported.datagrams) * 4 >= node.window.datagrams ||
                (node.received.octets - node.reported.octets) * 4 >= node.window.octets;
  if (is_due)
    report_credit();
  else
    set_timer_sooner(REPORT_CREDIT, CREDIT_DELAY);
}

void take_credit(struct octets credit) {
  uint64_t datagrams = number_in(credit, 3), octets = number_in(credit, 4);
  if (datagrams > node.limit.datagrams) node.limit.datagrams = datagrams;
  if (octets > node.limit.octets) node.limit.octets = octets;
}

/* What was sent before a Ping came before it, or never will: it no longer fills our buffer. */
void settle(uint64_t sent_datagrams, uint64_t sent_octets) {
  if (sent_datagrams == 0) return;
  if (sent_datagrams > node.received.datagrams) node.counters[LOST] += sent_datagrams - node.received.datagrams;
  node.received = (struct amount){sent_datagrams, sent_octets};
}

bool has_room(size_t octets) {
  if (!node.is_ready) return false;
  if (node.used + octets > node.bundle_max) flush_bundle();
  if (node.sent.datagrams < node.limit.datagrams && node.sent.octets + node.used + octets <= node.limit.octets)
    return true;
  flush_bundle();
  set_timer_sooner(PING_NODE, CREDIT_ASK); /* a Ping settles what was lost, and credit returns */
  return false;
}

void flush_bundle(void) {
  if (node.used == TOKEN_OCTETS) return;
  node.sent.datagrams++;
  node.sent.octets += node.used;
  transmit(octets_of(node.bundle, node.used));
  node.used = TOKEN_OCTETS;
}

/* ---- Datagrams ---- */

void transmit(struct octets datagram) {
  /* What the kernel does not take is lost, as on any wire: the next Ping settles it. */
  if (send(node.socket, datagram.at, datagram.length, MSG_DONTWAIT) < 0) count(SEND_ERROR);
}

static void receive_frames(uint8_t *datagram, size_t datagram_length) {
  bool has_data = false;
  node.heard_at = now_ms();
  cancel_timer(GREET);
  for (size_t at = TOKEN_OCTETS, length; at < datagram_length; at += length) {
    length = frame_length(octets_of(datagram + at, datagram_length - at));
    if (length == 0) {
      count(DROP_MALFORMED);
      break;
    }
    if (datagram[at] == FRAME_DATA) {
      has_data = true;
      send_frame(datagram + at, length);
    } else if (datagram[at] == FRAME_CONTROL) {
      receive_control(octets_of(datagram + at + HEADER_OCTETS, length - HEADER_OCTETS));
    } else {
      count(DROP_UNKNOWN_TYPE);
    }
  }
  if (has_data) grant_credit(datagram_length); /* control goes outside the credit */
}

static void receive_datagram(uint8_t *datagram, size_t length) {
  if (length < TOKEN_OCTETS + HEADER_OCTETS) return count(DROP_MALFORMED);
  if (node.is_ready && memcmp(datagram, node.token, TOKEN_OCTETS) == 0) return receive_frames(datagram, length);
  if (!is_zero_token(datagram)) return count(DROP_BAD_TOKEN);
  const uint8_t *frame = datagram + TOKEN_OCTETS;
  size_t octets = frame_length(octets_of(frame, length - TOKEN_OCTETS));
  if (octets == 0 || frame[0] != FRAME_CONTROL) return count(DROP_MALFORMED);
  receive_handshake(octets_of(frame + HEADER_OCTETS, octets - HEADER_OCTETS));
}

void receive_node(void) {
  static uint8_t datagram[DATAGRAM_MAX];
  for (int i = 0; i < TURN_DATAGRAMS; i++) {
    ssize_t length = recv(node.socket, datagram, sizeof datagram, MSG_DONTWAIT);
    if (length < 0) {
      if (errno == ECONNREFUSED && node.is_ready) quit(OK, "the node closed its socket");
      return;
    }
    receive_datagram(datagram, (size_t)length);
  }
}
