#include "star.h"

#include <errno.h>
#include <stdio.h>
#include <sys/socket.h>

#include "address.h"
#include "process.h"
#include "protobuf.h"
#include "session.h"

enum { PORTS_MAX = 256 }; /* as many as fit one list with keys as long as node ids */
enum { STRANGERS_MAX = 64, STRANGERS_PER_SECOND = 32, TOO_BIG_PER_SECOND = 10, TURN_DATAGRAMS = 64 };

/* Milliseconds. */
enum { STRANGER_MAX = 10000 }; /* a port that the node did not adopt goes after this */
enum { ROAM_SILENCE = 500 };   /* while a neighbour is heard, its token from elsewhere may be a replay */
enum { REDIAL_SILENCE = 30000 };

/* One neighbour. */
struct port {
  uint16_t number; /* 0: none */
  bool is_provisional, has_token;
  uint8_t token[TOKEN_OCTETS];
  char key[TEXT_MAX];
  char address[TEXT_MAX];         /* as configured; empty: the neighbour comes to us */
  struct sockaddr_storage source; /* where it is; its length is 0 until that is known */
  socklen_t source_length;
  int64_t heard_at;
  int too_bigs; /* said in this second */
};

static struct {
  int socket, family;
  size_t mtu;
  struct port ports[PORTS_MAX];
  struct port *by_number[65536];
  uint16_t next_number;
  int strangers; /* that may still come in this second */
} star;

static size_t mtu(void) { return star.mtu < node.frame_max ? star.mtu : node.frame_max; }

static struct port *next_port(struct port *port) {
  for (port = port == NULL ? star.ports : port + 1; port < star.ports + PORTS_MAX; port++)
    if (port->number != 0) return port;
  return NULL;
}

bool open_star(const char *listen, size_t mtu) {
  struct sockaddr_storage own;
  socklen_t length;
  char bound[TEXT_MAX];
  if (!parse_address(listen, AF_UNSPEC, &own, &length)) return false;
  star.mtu = mtu;
  star.family = own.ss_family;
  star.strangers = STRANGERS_MAX;
  star.socket = socket(star.family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  enlarge_receive_buffer(star.socket);
  /* Without SO_REUSEADDR: nobody else may have this port too. */
  if (bind(star.socket, (const struct sockaddr *)&own, length) < 0)
    quit(TEMPORARY, "cannot listen on %s: %s", listen, strerror(errno));
  length = sizeof own;
  if (getsockname(star.socket, (struct sockaddr *)&own, &length) < 0) quit(TEMPORARY, "%s", strerror(errno));
  format_address(&own, length, bound);
  log_line("info", "listening on %s", bound);
  return true;
}

/* ---- Ports ---- */

static void put_port(struct writer *to, const struct port *port) {
  char address[TEXT_MAX];
  bool is_up = port->source_length > 0;
  if (is_up) format_address(&port->source, port->source_length, address);
  size_t nested = begin_nested(to, 2);
  put_number(to, 1, port->number);
  put_octets(to, 2, text(port->key));
  if (is_up) put_number(to, 3, true);
  put_number(to, 4, mtu());
  put_octets(to, 9, text(is_up ? address : port->address));
  if (port->is_provisional) put_number(to, 10, true);
  end_nested(to, nested);
}

static void announce(void) {
  size_t nested;
  struct writer to = begin_ports(&nested);
  for (struct port *port = next_port(NULL); port != NULL; port = next_port(port)) put_port(&to, port);
  end_ports(&to, nested);
}

static struct port *create_port(const char *key) {
  struct port *port = star.ports;
  while (port < star.ports + PORTS_MAX && port->number != 0) port++;
  if (port == star.ports + PORTS_MAX) {
    count(DROP_PORTS_FULL);
    return NULL;
  }
  /* A freed number rests until all others had their turn: late frames must not reach another neighbour. */
  do star.next_number++;
  while (star.next_number == 0 || star.by_number[star.next_number] != NULL);
  *port = (struct port){.number = star.next_number, .heard_at = now_ms()};
  snprintf(port->key, sizeof port->key, "%s", key);
  star.by_number[port->number] = port;
  return port;
}

static void remove_port(struct port *port) {
  star.by_number[port->number] = NULL;
  port->number = 0;
}

static void move_port(struct port *port, const struct sockaddr_storage *source, socklen_t length) {
  port->source = *source;
  port->source_length = length;
}

static struct port *port_with_key(const char *key) {
  struct port *port = next_port(NULL);
  while (port != NULL && strcmp(port->key, key) != 0) port = next_port(port);
  return port;
}

/* ---- Neighbours ---- */

static void dial(struct port *port) {
  struct sockaddr_storage source;
  socklen_t length;
  if (port->address[0] == '\0') return;
  if (parse_address(port->address, star.family, &source, &length))
    move_port(port, &source, length);
  else
    log_line("warn", "%s is not ADDRESS:PORT of this link's family", port->address);
}

/* The stranger at `number` turned out to be this neighbour: its port keeps the number and gets the key. */
static struct port *adopt(const char *key, uint64_t number) {
  struct port *port = number < 65536 ? star.by_number[number] : NULL;
  if (port == NULL || !port->is_provisional) return NULL;
  struct port *former = port_with_key(key);
  if (former != NULL && former != port) remove_port(former);
  snprintf(port->key, sizeof port->key, "%s", key);
  return port;
}

static void set_neighbour(struct octets neighbour) {
  char key[TEXT_MAX], address[TEXT_MAX];
  struct octets token = octets_in(neighbour, 3);
  if (!is_message(neighbour) || !copy_text(octets_in(neighbour, 1), key, sizeof key) ||
      !copy_text(octets_in(neighbour, 2), address, sizeof address))
    return count(DROP_MALFORMED);
  struct port *port = adopt(key, number_in(neighbour, 4));
  if (port == NULL) port = port_with_key(key);
  if (port == NULL) port = create_port(key);
  if (port == NULL) return;
  port->is_provisional = false;
  port->has_token = token.length == TOKEN_OCTETS && !is_zero_token(token.at);
  if (port->has_token) memcpy(port->token, token.at, TOKEN_OCTETS);
  if (strcmp(port->address, address) == 0) return;
  strcpy(port->address, address);
  dial(port);
}

static bool is_wanted(struct octets list, const struct port *port) {
  struct octets neighbour;
  while (next_octets(&list, 2, &neighbour))
    if (octets_equal(octets_in(neighbour, 1), text(port->key))) return true;
  return false;
}

void set_neighbours(struct octets list) {
  struct octets neighbour;
  for (struct port *port = next_port(NULL); port != NULL; port = next_port(port))
    if (!port->is_provisional && !is_wanted(list, port)) remove_port(port);
  while (next_octets(&list, 2, &neighbour)) set_neighbour(neighbour);
  announce();
}

/* ---- From wire to node ---- */

/* A provisional port for a stranger, in place of the one silent for longest when there are too many. */
static struct port *admit(const struct sockaddr_storage *source, socklen_t length) {
  if (star.strangers == 0) {
    count(DROP_STRANGERS);
    return NULL;
  }
  star.strangers--;
  struct port *oldest = NULL;
  int strangers = 0;
  for (struct port *port = next_port(NULL); port != NULL; port = next_port(port)) {
    if (!port->is_provisional) continue;
    strangers++;
    if (oldest == NULL || port->heard_at < oldest->heard_at) oldest = port;
  }
  if (strangers >= STRANGERS_MAX) remove_port(oldest);
  char address[TEXT_MAX], key[TEXT_MAX + 4];
  format_address(source, length, address);
  snprintf(key, sizeof key, "udp:%s", address);
  struct port *port = create_port(key);
  if (port == NULL) return NULL;
  port->is_provisional = true;
  move_port(port, source, length);
  announce();
  return port;
}

static void roam(struct port *port, const struct sockaddr_storage *source, socklen_t length) {
  if (port->source_length > 0 && now_ms() - port->heard_at <= ROAM_SILENCE) return;
  move_port(port, source, length);
  announce();
}

/* Whose frame it is: known by address, or by token wherever it comes from, or a stranger's first. */
static struct port *find_port(const struct sockaddr_storage *source, socklen_t length, const uint8_t *token) {
  struct port *known = NULL, *bearer = NULL;
  bool is_stranger = is_zero_token(token);
  for (struct port *port = next_port(NULL); port != NULL; port = next_port(port)) {
    bool is_here = port->source_length > 0 && is_same_address(&port->source, source);
    bool bears = !is_stranger && port->has_token && memcmp(port->token, token, TOKEN_OCTETS) == 0;
    if (is_here && (is_stranger || bears)) return port;
    if (is_here) known = port;
    if (bears) bearer = port;
  }
  if (bearer != NULL) roam(bearer, source, length);
  if (bearer != NULL || known != NULL) return bearer != NULL ? bearer : known;
  if (is_stranger) return admit(source, length);
  count(DROP_STRANGER);
  return NULL;
}

int readable_star(void) { return has_room(mtu()) ? star.socket : -1; }

static void take_frame(uint8_t *frame, size_t length, const struct sockaddr_storage *source, socklen_t source_length) {
  if (length > mtu()) return count(DROP_TOO_BIG);
  if (frame_length(octets_of(frame, length)) != length || length == 0) return count(DROP_MALFORMED);
  if (frame[0] != FRAME_DATA) return count(DROP_UNKNOWN_TYPE);
  struct port *port = find_port(source, source_length, frame + FIELD_TOKEN);
  if (port == NULL) return;
  port->heard_at = now_ms();
  put16(frame + FIELD_PORT, port->number);
  node.used += length;
}

void receive_star(void) {
  /* Each frame is received where the node's bundle has room for it. */
  for (int i = 0; i < TURN_DATAGRAMS && has_room(mtu()); i++) {
    struct sockaddr_storage source;
    socklen_t source_length = sizeof source;
    uint8_t *frame = node.bundle + node.used;
    /* One octet more shows what is too long. */
    ssize_t length = recvfrom(star.socket, frame, mtu() + 1, MSG_DONTWAIT, (struct sockaddr *)&source, &source_length);
    if (length < 0) return;
    take_frame(frame, (size_t)length, &source, source_length);
  }
}

/* ---- From node to wire ---- */

static void refuse_too_big(struct port *port, size_t length) {
  count(DROP_TOO_BIG);
  if (++port->too_bigs <= TOO_BIG_PER_SECOND) send_too_big(port->number, mtu(), length);
}

void send_frame(uint8_t *frame, size_t length) {
  struct port *port = star.by_number[get16(frame + FIELD_PORT)];
  if (port == NULL) return count(DROP_NO_PORT);
  if (port->source_length == 0) return count(DROP_NO_ADDRESS);
  if (length > mtu()) return refuse_too_big(port, length);
  put16(frame + FIELD_PORT, 0); /* the port is between node and link alone */
  const struct sockaddr *to = (const struct sockaddr *)&port->source;
  if (sendto(star.socket, frame, length, MSG_DONTWAIT, to, port->source_length) < 0) count(DROP_SEND_FAILED);
}

/* ---- Time ---- */

void tick_star(void) {
  bool is_changed = false;
  set_timer(TICK, 1000);
  star.strangers = (int)least(STRANGERS_MAX, star.strangers + STRANGERS_PER_SECOND);
  for (struct port *port = next_port(NULL); port != NULL; port = next_port(port)) {
    int64_t silence = now_ms() - port->heard_at;
    port->too_bigs = 0;
    if (port->is_provisional && silence > STRANGER_MAX) {
      remove_port(port);
      is_changed = true;
    } else if (port->address[0] != '\0' && silence > REDIAL_SILENCE) {
      port->heard_at = now_ms(); /* it may have roamed and returned without our hearing it */
      dial(port);
      is_changed = true;
    }
  }
  if (is_changed) announce();
}
