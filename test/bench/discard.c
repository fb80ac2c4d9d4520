/* The server that uploads go to: reads the body of a PUT to its end, throws it away, answers 204. One process for each
 * connection. nginx would answer before it has read, or write a file. A request without a body is answered with the
 * octets that came in all bodies so far: what arrived, not what a client or a proxy has taken. Argument: the port. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

static char buffer[1 << 18];
/* Shared by all processes. */
static unsigned long *received_in_all;

static void answer(int connection, const char *text) {
  if (write(connection, text, strlen(text)) < 0) _exit(1);
}

/* Returns how much of the body came with the head; -1 when the client has left. */
static long read_head(int connection, long *body_length) {
  size_t length = 0;
  char *end;
  for (;;) {
    ssize_t count = read(connection, buffer + length, sizeof buffer - 1 - length);
    if (count <= 0) return -1;
    length += count;
    buffer[length] = 0;
    if ((end = strstr(buffer, "\r\n\r\n"))) break;
  }
  char *header = strcasestr(buffer, "content-length:");
  *body_length = header && header < end ? atol(header + 15) : 0;
  header = strcasestr(buffer, "expect: 100-continue");
  if (header && header < end) answer(connection, "HTTP/1.1 100 Continue\r\n\r\n");
  return buffer + length - (end + 4);
}

static void answer_with_count(int connection) {
  char body[32], head[128];
  int length = snprintf(body, sizeof body, "%lu", __atomic_load_n(received_in_all, __ATOMIC_RELAXED));
  snprintf(head, sizeof head, "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s", length, body);
  answer(connection, head);
}

static void serve(int connection) {
  long body_length, received;
  while ((received = read_head(connection, &body_length)) >= 0) {
    if (body_length == 0) {
      answer_with_count(connection);
      continue;
    }
    __atomic_add_fetch(received_in_all, received, __ATOMIC_RELAXED);
    while (received < body_length) {
      ssize_t count = recv(connection, buffer, sizeof buffer, MSG_TRUNC);
      if (count <= 0) return;
      received += count;
      __atomic_add_fetch(received_in_all, count, __ATOMIC_RELAXED);
    }
    answer(connection, "HTTP/1.1 204 No Content\r\n\r\n");
  }
}

int main(int count, char **arguments) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(count > 1 ? atoi(arguments[1]) : 0)};
  received_in_all = mmap(NULL, sizeof *received_in_all, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (received_in_all == MAP_FAILED) {
    perror("discard");
    return 1;
  }
  int on = 1, listener = socket(AF_INET, SOCK_STREAM, 0);
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (bind(listener, (struct sockaddr *)&address, sizeof address) || listen(listener, 128)) {
    perror("discard");
    return 1;
  }
  signal(SIGCHLD, SIG_IGN);
  puts("listening");
  fflush(stdout);
  for (;;) {
    int connection = accept(listener, NULL, NULL);
    if (connection >= 0 && fork() == 0) {
      serve(connection);
      _exit(0);
    }
    close(connection);
  }
}
