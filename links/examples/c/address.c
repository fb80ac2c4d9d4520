#include "address.h"

#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void format_address(const struct sockaddr_storage *address, socklen_t length, char out[TEXT_MAX]) {
  char host[INET6_ADDRSTRLEN + 32], service[8];
  int failed = getnameinfo((const struct sockaddr *)address, length, host, sizeof host, service, sizeof service,
                           NI_NUMERICHOST | NI_NUMERICSERV);
  if (failed != 0) quit(TEMPORARY, "an address cannot be written: %s", gai_strerror(failed));
  snprintf(out, TEXT_MAX, strchr(host, ':') == NULL ? "%s:%s" : "[%s]:%s", host, service);
}

bool parse_address(const char *said, int family, struct sockaddr_storage *out, socklen_t *length) {
  char host[TEXT_MAX];
  const char *colon = strrchr(said, ':');
  if (colon == NULL || colon[1] == '\0' || strspn(colon + 1, "0123456789") != strlen(colon + 1)) return false;
  size_t host_length = (size_t)(colon - said);
  bool is_bracketed = host_length > 2 && said[0] == '[' && colon[-1] == ']';
  if (strlen(colon + 1) > 5 || atoi(colon + 1) > 65535 || host_length >= sizeof host) return false;
  snprintf(host, sizeof host, "%.*s", (int)host_length - 2 * is_bracketed, said + is_bracketed);
  if ((strchr(host, ':') != NULL) != is_bracketed) return false;
  struct addrinfo *found, wanted = {.ai_family = family, .ai_socktype = SOCK_DGRAM};
  wanted.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | (family == AF_INET6 ? AI_V4MAPPED : 0);
  if (getaddrinfo(host, colon + 1, &wanted, &found) != 0) return false;
  *out = (struct sockaddr_storage){0};
  memcpy(out, found->ai_addr, found->ai_addrlen);
  *length = found->ai_addrlen;
  freeaddrinfo(found);
  return true;
}

bool is_same_address(const struct sockaddr_storage *a, const struct sockaddr_storage *b) {
  if (a->ss_family != b->ss_family) return false;
  if (a->ss_family == AF_INET) {
    const struct sockaddr_in *one = (const void *)a, *other = (const void *)b;
    return one->sin_port == other->sin_port && one->sin_addr.s_addr == other->sin_addr.s_addr;
  }
  const struct sockaddr_in6 *one = (const void *)a, *other = (const void *)b;
  return one->sin6_port == other->sin6_port && one->sin6_scope_id == other->sin6_scope_id &&
         memcmp(&one->sin6_addr, &other->sin6_addr, sizeof one->sin6_addr) == 0;
}

void enlarge_receive_buffer(int socket) {
  int octets = 4 << 20;
  setsockopt(socket, SOL_SOCKET, SO_RCVBUF, &octets, sizeof octets);
}
