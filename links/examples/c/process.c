#include "process.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

#include "session.h"

static void write_line(const char *level, const char *said) {
  char line[2 * TEXT_MAX];
  size_t length = 0;
  for (; *said != '\0' && length < sizeof line - 2; said++) {
    if (*said == '"' || *said == '\\') line[length++] = '\\';
    line[length++] = *said >= ' ' && *said <= '~' ? *said : '?';
  }
  fprintf(stderr, "{\"level\":\"%s\",\"msg\":\"%.*s\"}\n", level, (int)length, line);
}

void log_line(const char *level, const char *format, ...) {
  char said[TEXT_MAX];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(said, sizeof said, format, arguments);
  va_end(arguments);
  write_line(level, said);
}

void quit(int code, const char *format, ...) {
  char reason[TEXT_MAX];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(reason, sizeof reason, format, arguments);
  va_end(arguments);
  say_goodbye(reason);
  if (code != OK) write_line("error", reason);
  exit(code);
}

void fill_random(void *at, size_t length) {
  if (getrandom(at, length, 0) != (ssize_t)length) quit(TEMPORARY, "no randomness: %s", strerror(errno));
}

int64_t now_ms(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}
