/* The server that uploads go to: reads the body of a PUT to its end, throws it away, answers 204. One process for each
 * connection. nginx would answer before it has read, or write a file. Argument: the port. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

static char buffer[1 << 18];

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

static void serve(int connection) {
  long body_length, received;
  while ((received = read_head(connection, &body_length)) >= 0) {
    while (received < body_length) {
      ssize_t count = recv(connection, buffer, sizeof buffer, MSG_TRUNC);
      if (count <= 0) return;
      received += count;
    }
    answer(connection, "HTTP/1.1 204 No Content\r\n\r\n");
  }
}

int main(int count, char **arguments) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(count > 1 ? atoi(arguments[1]) : 0)};
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
