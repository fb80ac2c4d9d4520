/* Addresses as people write them, ADDRESS:PORT, and as sockets take them. */
#ifndef ADDRESS_H
#define ADDRESS_H

#include <stdbool.h>
#include <sys/socket.h>

#include "process.h"

void format_address(const struct sockaddr_storage *address, socklen_t length, char out[TEXT_MAX]);

/* Parses "1.2.3.4:5" or "[::1]:5"; false when it is not one, or not of the family. */
bool parse_address(const char *said, int family, struct sockaddr_storage *out, socklen_t *length);

bool is_same_address(const struct sockaddr_storage *a, const struct sockaddr_storage *b);

/* As large as the kernel allows, up to 4 MiB. */
void enlarge_receive_buffer(int socket);

#endif
