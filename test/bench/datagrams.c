/* Datagrams of one size at one rate, and how many arrive.
 *   datagrams sink PORT                            counts what comes; says how much to who asks
 *   datagrams send SOCKS HOST PORT RATE SECONDS OCTETS   sends, by UDP ASSOCIATE of 127.0.0.1:SOCKS, or as it is where
 *                                                  SOCKS is 0; prints {"sent":…,"received":…,"seconds":…} */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#define HEADER 10
enum { DATA = 'd', FORGET = 'f', COUNT = 'c' };

static unsigned char buffer[1 << 16];

static void fail(const char *what) {
  perror(what);
  exit(1);
}

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec + time.tv_nsec / 1e9;
}

static struct sockaddr_in address_of(const char *host, int port) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
  if (inet_pton(AF_INET, host, &address.sin_addr) != 1) fail(host);
  return address;
}

static void sink(int port) {
  int wire = socket(AF_INET, SOCK_DGRAM, 0), room = 8 << 20;
  struct sockaddr_in address = address_of("0.0.0.0", port), from;
  setsockopt(wire, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof room);
  if (bind(wire, (void *)&address, sizeof address) < 0) fail("bind");
  puts("listening");
  fflush(stdout);
  unsigned long count = 0;
  for (;;) {
    socklen_t length = sizeof from;
    if (recvfrom(wire, buffer, sizeof buffer, 0, (void *)&from, &length) < 1) continue;
    if (buffer[0] == DATA) count += 1;
    else {
      if (buffer[0] == FORGET) count = 0;
      memcpy(buffer + 1, &count, sizeof count);
      sendto(wire, buffer, 1 + sizeof count, 0, (void *)&from, length);
    }
  }
}

static void exchange(int proxy, const void *said, size_t length, void *answer, size_t expected) {
  if (write(proxy, said, length) < 0) fail("write");
  for (size_t at = 0; at < expected;) {
    ssize_t came = read(proxy, (char *)answer + at, expected - at);
    if (came <= 0) fail("the proxy");
    at += came;
  }
}

/* RFC 1928: the address for datagrams. The connection stays open. */
static struct sockaddr_in associate(int port) {
  int proxy = socket(AF_INET, SOCK_STREAM, 0);
  struct sockaddr_in address = address_of("127.0.0.1", port);
  unsigned char reply[HEADER];
  if (connect(proxy, (void *)&address, sizeof address) < 0) fail("connect");
  exchange(proxy, "\5\1\0", 3, reply, 2);
  exchange(proxy, "\5\3\0\1\0\0\0\0\0\0", HEADER, reply, HEADER);
  if (reply[1] != 0) fail("refused");
  memcpy(&address.sin_addr, reply + 4, 4);
  memcpy(&address.sin_port, reply + 8, 2);
  return address;
}

/* Asks until the sink answers; returns its count. */
static unsigned long ask(int wire, int header, int question) {
  for (int tries = 0; tries < 100; tries += 1) {
    buffer[header] = question;
    send(wire, buffer, header + 1, 0);
    unsigned char answer[64];
    ssize_t came;
    while ((came = recv(wire, answer, sizeof answer, 0)) > 0) {
      unsigned long count;
      if (came != (ssize_t)(header + 1 + sizeof count) || answer[header] != question) continue;
      memcpy(&count, answer + header + 1, sizeof count);
      return count;
    }
  }
  fail("no answer");
  return 0;
}

static void send_all(char **arguments) {
  int socks = atoi(arguments[0]), octets = atoi(arguments[5]);
  double rate = atof(arguments[3]), seconds = atof(arguments[4]);
  struct sockaddr_in target = address_of(arguments[1], atoi(arguments[2])), next = target;
  int header = socks > 0 ? HEADER : 0, wire = socket(AF_INET, SOCK_DGRAM, 0);
  if (socks > 0) {
    next = associate(socks);
    buffer[3] = 1;
    memcpy(buffer + 4, &target.sin_addr, 4);
    memcpy(buffer + 8, &target.sin_port, 2);
  }
  struct timeval patience = {.tv_usec = 200000};
  setsockopt(wire, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  if (connect(wire, (void *)&next, sizeof next) < 0) fail("connect");
  ask(wire, header, FORGET);
  unsigned long sent = 0;
  double start = now(), elapsed;
  buffer[header] = DATA;
  while ((elapsed = now() - start) < seconds) {
    unsigned long due = elapsed * rate;
    for (; sent < due; sent += 1) send(wire, buffer, header + octets, 0);
    usleep(500);
  }
  usleep(500000);
  printf("{\"sent\":%lu,\"received\":%lu,\"seconds\":%.3f}\n", sent, ask(wire, header, COUNT), elapsed);
}

int main(int count, char **arguments) {
  if (count == 3 && !strcmp(arguments[1], "sink")) sink(atoi(arguments[2]));
  if (count == 8 && !strcmp(arguments[1], "send")) send_all(arguments + 2);
  return 0;
}
