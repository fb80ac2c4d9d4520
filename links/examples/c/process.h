/* The process: its end, its log, its clock. */
#ifndef PROCESS_H
#define PROCESS_H

#include <stddef.h>
#include <stdint.h>

/* Exit codes: 75 asks the node to start the link again, 78 not to. */
enum { OK = 0, USAGE = 64, TEMPORARY = 75, CONFIGURATION = 78 };

/* A text for people, its end included. */
enum { TEXT_MAX = 256 };

/* Writes one structured line for the node. */
__attribute__((format(printf, 2, 3))) void log_line(const char *level, const char *format, ...);

/* Says goodbye to the node, logs the reason unless the code is OK, and ends the process. */
_Noreturn __attribute__((format(printf, 2, 3))) void quit(int code, const char *format, ...);

void fill_random(void *at, size_t length);

int64_t now_ms(void);

static inline int64_t least(int64_t a, int64_t b) { return a < b ? a : b; }
static inline int64_t most(int64_t a, int64_t b) { return a > b ? a : b; }

#endif
