/*
 * A link of flor in C and POSIX alone: a star of neighbours over one UDP socket. The contract is proto/flor-io.md.
 *
 *   wire ─▶ receive_star ─▶ bundle ─▶ node
 *   node ─▶ receive_node ─▶ send_frame ─▶ wire
 *
 * Configuration: {"listen": "ADDRESS:PORT", "mtu": 1472}. `mtu` counts a frame with its header and is the same at every
 * end. Addresses are literal, of one family. One thread, nothing allocated, and no queue but the kernel's.
 */
#include "star-link.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "json.h"
#include "process.h"
#include "session.h"
#include "star.h"

enum { BOOTSTRAP_MAX = 65536 };

static volatile sig_atomic_t is_terminated;

static void handle_term(int signal) {
  (void)signal;
  is_terminated = 1;
}

/* The one line on standard input; what follows there is nothing but the lifeline. */
static struct octets read_bootstrap_line(void) {
  static uint8_t line[BOOTSTRAP_MAX];
  size_t length = 0;
  while (length < sizeof line) {
    ssize_t got = read(STDIN_FILENO, line + length, sizeof line - length);
    if (got <= 0) break;
    const uint8_t *end = memchr(line + length, '\n', (size_t)got);
    if (end != NULL) return octets_of(line, (size_t)(end - line));
    length += (size_t)got;
  }
  quit(USAGE, "standard input did not begin with a bootstrap line: a node starts this link");
}

static bool decode_base64(struct octets from, uint8_t *to, size_t length) {
  static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  uint32_t bits = 0;
  size_t decoded = 0;
  while (from.length > 0 && from.at[from.length - 1] == '=') from.length--;
  for (size_t i = 0; i < from.length; i++) {
    const char *digit = from.at[i] == '\0' ? NULL : strchr(digits, from.at[i]);
    if (digit == NULL) return false;
    bits = bits << 6 | (uint32_t)(digit - digits);
    if (i % 4 == 0) continue;
    if (decoded == length) return false;
    to[decoded++] = (uint8_t)(bits >> (6 - 2 * (i % 4)));
  }
  return decoded == length;
}

/* Opens the wire as configured; a complaint names the key and what is allowed. */
static void start_star(struct octets config) {
  char listen[TEXT_MAX];
  struct octets members = config, key, value, mtu = json_member(config, "mtu");
  while (json_next_member(&members, &key, &value))
    if (!octets_equal(key, text("listen")) && !octets_equal(key, text("mtu")))
      quit(CONFIGURATION, "%.*s is not a key of this link: listen and mtu are", (int)key.length, (const char *)key.at);
  long octets = mtu.length == 0 ? MTU_DEFAULT : json_number(mtu, 0);
  if (octets < MTU_MIN || octets > MTU_MAX)
    quit(CONFIGURATION, "mtu: %.*s is not a whole number from %d to %d", (int)mtu.length, (const char *)mtu.at, MTU_MIN,
         MTU_MAX);
  if (!copy_text(json_text(json_member(config, "listen")), listen, sizeof listen) || !open_star(listen, (size_t)octets))
    quit(CONFIGURATION, "listen is not ADDRESS:PORT such as \"0.0.0.0:4600\" or \"[::]:4600\"");
}

static void start_session(struct octets flor_io) {
  char address[TEXT_MAX];
  if (!decode_base64(json_text(json_member(flor_io, "secret")), node.secret, SECRET_OCTETS))
    quit(USAGE, "flor_io.secret is not %d octets in base64", SECRET_OCTETS);
  if (!copy_text(json_text(json_member(flor_io, "address")), address, sizeof address))
    quit(USAGE, "flor_io.address is too long");
  open_session(address, json_number(json_member(flor_io, "deadline_ms"), 5000));
}

/* Takes what arrives, does what is due, sends what was gathered, until there is a reason to quit. */
_Noreturn static void serve(long parent_pid) {
  char ignored[4096];
  sigset_t term, before;
  signal(SIGTERM, handle_term);
  sigemptyset(&term);
  sigaddset(&term, SIGTERM);
  sigprocmask(SIG_BLOCK, &term, &before); /* it comes while ppoll waits, or not yet */
  bool is_child = getppid() == parent_pid;
  for (;;) {
    struct pollfd sources[] = {{STDIN_FILENO, POLLIN, 0}, {node.socket, POLLIN, 0}, {readable_star(), POLLIN, 0}};
    struct timespec wait = time_to_next_timer();
    if (ppoll(sources, 3, &wait, &before) < 0 && errno != EINTR) quit(TEMPORARY, "poll: %s", strerror(errno));
    if (is_terminated) quit(OK, "SIGTERM");
    if (sources[0].revents != 0 && read(STDIN_FILENO, ignored, sizeof ignored) <= 0) quit(OK, "the node is gone");
    /* The second lifeline: a process that inherited the other end of standard input may keep it open. */
    if (is_child && getppid() != parent_pid) quit(OK, "the node is gone");
    if (sources[1].revents != 0) receive_node();
    if (sources[2].revents != 0) receive_star();
    run_timers();
    flush_bundle();
  }
}

static int explain(const char *program) {
  fprintf(stderr, LINK_NAME " is a link of flor: a node starts it. List it in flor.yaml:\n\n  links:\n");
  fprintf(stderr, "    - { name: star, kind: process, command: [%s], config: { listen: \"[::]:4600\" } }\n\n", program);
  fprintf(stderr, "With --flor-io-describe it says what it can.\n");
  return USAGE;
}

static int describe(void) {
  printf("{\"name\":\"" LINK_NAME "\",\"version\":\"" LINK_VERSION "\",\"flor_io\":[1],");
  printf("\"caps\":[\"stats\",\"roaming\"],\"config_schema\":{\"type\":\"object\",\"additionalProperties\":false,");
  printf("\"required\":[\"listen\"],\"properties\":{\"listen\":{\"type\":\"string\"},\"mtu\":{\"type\":\"integer\",");
  printf("\"minimum\":%d,\"maximum\":%d,\"default\":%d}}}}\n", MTU_MIN, MTU_MAX, MTU_DEFAULT);
  return OK;
}

int main(int count, char **arguments) {
  for (int i = 1; i < count; i++)
    if (strcmp(arguments[i], "--flor-io-describe") == 0) return describe();
  const char *is_started = getenv("FLOR_IO");
  if (is_started == NULL || strcmp(is_started, "1") != 0) return explain(arguments[0]);
  signal(SIGINT, SIG_IGN);  /* a terminal's Ctrl-C goes to the node, which says what to do */
  signal(SIGPIPE, SIG_IGN); /* a log that nobody reads is no reason to end */
  struct octets line = read_bootstrap_line(), flor_io = json_member(line, "flor_io");
  start_session(flor_io);
  start_star(json_member(line, "config"));
  serve(json_number(json_member(flor_io, "parent_pid"), 0));
}
