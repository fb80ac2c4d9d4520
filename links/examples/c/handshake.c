/* The handshake: Hello until Welcome, then Ready until the node speaks within the session. HMACs prove the secret. */
#include <unistd.h>

#include "process.h"
#include "protobuf.h"
#include "session.h"
#include "star-link.h"

enum { HELLO = 10, WELCOME = 11, READY = 12, REJECT = 13 }; /* fields of Envelope */
enum { REJECT_BUSY = 3 };                               /* a code of Reject */
enum { MAC_OCTETS = SHA256_OCTETS, NONCE_OCTETS = 32, GREET_DELAY_MS = 100 };

/* HMAC over a label, the hashes of the envelopes before, and the envelope. */
static void handshake_mac(const char *kind, struct octets hashes, struct octets envelope, uint8_t mac[MAC_OCTETS]) {
  struct hmac hmac;
  hmac_start(&hmac, octets_of(node.secret, SECRET_OCTETS));
  sha256_add(&hmac.inner, text("flor-io/1 "));
  sha256_add(&hmac.inner, text(kind));
  sha256_add(&hmac.inner, hashes);
  sha256_add(&hmac.inner, envelope);
  hmac_end(&hmac, mac);
}

static struct writer begin_greeting(void) {
  static const uint8_t no_token[TOKEN_OCTETS];
  return begin_control(node.greeting, sizeof node.greeting, no_token, FLAG_MAC);
}

static struct octets envelope_of(const struct writer *to) {
  size_t start = TOKEN_OCTETS + HEADER_OCTETS;
  return octets_of(to->at + start, to->length - start);
}

/* Ends the greeting with its MAC, and sends it. */
static void end_greeting(struct writer *to, const char *kind, struct octets hashes) {
  uint8_t mac[MAC_OCTETS];
  handshake_mac(kind, hashes, envelope_of(to), mac);
  put(to, octets_of(mac, MAC_OCTETS));
  node.greeting_length = end_control(to);
  node.greet_delay = GREET_DELAY_MS;
  set_timer(GREET, 0);
}

void make_hello(void) {
  uint8_t nonce[NONCE_OCTETS];
  fill_random(nonce, sizeof nonce);
  fill_random(node.token, sizeof node.token);
  node.token[0] |= 1; /* never all zero */
  struct writer to = begin_greeting();
  size_t hello = begin_nested(&to, HELLO);
  put_number(&to, 1, 1);
  put_octets(&to, 2, octets_of(nonce, sizeof nonce));
  put_octets(&to, 3, text(LINK_NAME));
  put_octets(&to, 4, text(LINK_VERSION));
  put_number(&to, 5, (uint64_t)getpid());
  put_octets(&to, 6, octets_of(node.token, TOKEN_OCTETS));
  put_number(&to, 7, node.window.datagrams);
  put_number(&to, 8, node.window.octets);
  put_number(&to, 9, BUNDLE_MAX);
  put_octets(&to, 10, text("stats"));
  put_octets(&to, 10, text("roaming"));
  end_nested(&to, hello);
  sha256_of(envelope_of(&to), node.hello_hash);
  end_greeting(&to, "hello", octets_of("", 0));
}

static void make_ready(struct octets welcome_envelope) {
  uint8_t hashes[2 * SHA256_OCTETS];
  memcpy(hashes, node.hello_hash, SHA256_OCTETS);
  sha256_of(welcome_envelope, hashes + SHA256_OCTETS);
  struct writer to = begin_greeting();
  put_octets(&to, READY, text(""));
  end_greeting(&to, "ready", octets_of(hashes, sizeof hashes));
}

static bool equal_in_constant_time(const uint8_t *a, const uint8_t *b, size_t length) {
  uint8_t difference = 0;
  for (size_t i = 0; i < length; i++) difference |= a[i] ^ b[i];
  return difference == 0;
}

static void receive_welcome(struct octets welcome, struct octets envelope) {
  struct octets token = octets_in(welcome, 3);
  if (number_in(welcome, 1) != 1 || token.length != TOKEN_OCTETS || is_zero_token(token.at))
    return count(DROP_MALFORMED);
  make_ready(envelope); /* once more if it was lost */
  if (!node.is_ready) establish(welcome);
}

void receive_handshake(struct octets content) {
  uint8_t mac[MAC_OCTETS];
  if (content.length < MAC_OCTETS) return count(DROP_MALFORMED);
  struct octets envelope = octets_of(content.at, content.length - MAC_OCTETS);
  if (!is_message(envelope)) return count(DROP_MALFORMED);
  bool is_reject = has_octets(envelope, REJECT);
  struct octets said = octets_in(envelope, is_reject ? REJECT : WELCOME);
  handshake_mac(is_reject ? "reject" : "welcome", octets_of(node.hello_hash, SHA256_OCTETS), envelope, mac);
  if (!equal_in_constant_time(mac, content.at + envelope.length, MAC_OCTETS)) return count(DROP_BAD_MAC);
  if (!is_message(said)) return count(DROP_MALFORMED);
  if (!is_reject) return receive_welcome(said, envelope);
  int code = number_in(said, 1) == REJECT_BUSY ? TEMPORARY : CONFIGURATION;
  struct octets reason = octets_in(said, 2);
  quit(code, "the node refused this link: %.*s", (int)reason.length, (const char *)reason.at);
}
