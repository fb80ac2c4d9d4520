// Makes calls of the C library fail as a test wants. Loaded by LD_PRELOAD; FLOR_FAILING_CALLS names a file of
// `struct wish` that the test writes and this reads while the process runs.
//
// What is not here, and why: Node.js ends the process by design when pthread_create fails, V8 when mmap does, and both
// without the pipes and eventfds that they make before a program runs; these cannot fail as a disk or a socket can.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <ifaddrs.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

struct wish {
  char function[24];
  char path[64];   // what a path must contain, where the call takes one; empty: any
  int32_t error;
  int32_t skip;    // calls that succeed first
  int32_t times;   // calls that fail then
  int32_t failed;  // calls that failed so far
};

static struct wish *wish;

__attribute__((constructor)) static void load(void) {
  const char *path = getenv("FLOR_FAILING_CALLS");
  if (path == NULL) return;
  int fd = open(path, O_RDWR | O_CLOEXEC);
  if (fd < 0) abort();
  void *page = mmap(NULL, sizeof *wish, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  if (page == MAP_FAILED) abort();
  close(fd);
  wish = page;
}

static int fails_at(const char *function, const char *path) {
  if (wish == NULL || __atomic_load_n(&wish->times, __ATOMIC_ACQUIRE) <= 0) return 0;
  if (strcmp(wish->function, function) != 0) return 0;
  if (wish->path[0] != 0 && (path == NULL || strstr(path, wish->path) == NULL)) return 0;
  if (__atomic_fetch_sub(&wish->skip, 1, __ATOMIC_ACQ_REL) > 0) return 0;
  if (__atomic_fetch_sub(&wish->times, 1, __ATOMIC_ACQ_REL) <= 0) return 0;
  __atomic_fetch_add(&wish->failed, 1, __ATOMIC_ACQ_REL);
  errno = wish->error;
  return 1;
}

static int fails(const char *function) { return fails_at(function, NULL); }

// A file, a terminal or a socket; what wakes the event loop is none of these.
static int can_fail(int fd) {
  struct stat of;
  int before = errno;
  int known = fstat(fd, &of);
  errno = before;
  return known == 0 && (S_ISREG(of.st_mode) || S_ISSOCK(of.st_mode) || S_ISCHR(of.st_mode));
}

// Where the call takes a descriptor, its path is that of the open file.
static int fails_on(const char *function, int fd) {
  char name[32], path[4096] = "";
  if (wish != NULL && wish->path[0] != 0 && strcmp(wish->function, function) == 0) {
    int before = errno;
    snprintf(name, sizeof name, "/proc/self/fd/%d", fd);
    if (readlink(name, path, sizeof path - 1) < 0) path[0] = 0;
    errno = before;
  }
  return fails_at(function, path);
}

static void *real(const char *name) {
  static void *(*find)(void *, const char *);
  if (find == NULL) find = dlvsym(RTLD_NEXT, "dlsym", "GLIBC_2.2.5");
  if (find == NULL) find = dlvsym(RTLD_NEXT, "dlsym", "GLIBC_2.34");
  if (find == NULL) find = dlvsym(RTLD_NEXT, "dlsym", "GLIBC_2.17");
  return find(RTLD_NEXT, name);
}

#define REAL(name) \
  static __typeof__(&name) next; \
  if (next == NULL) next = (__typeof__(&name))real(#name)

#define FAILING(type, name, parameters, arguments) \
  type name parameters { \
    REAL(name); \
    if (fails(#name)) return (type)-1; \
    return next arguments; \
  }

#define FAILING_ON(type, name, parameters, arguments) \
  type name parameters { \
    REAL(name); \
    if (can_fail(fd) && fails_on(#name, fd)) return (type)-1; \
    return next arguments; \
  }

#define FAILING_PATH(type, name, parameters, arguments) \
  type name parameters { \
    REAL(name); \
    if (fails_at(#name, path)) return (type)-1; \
    return next arguments; \
  }

FAILING(int, socket, (int domain, int type, int protocol), (domain, type, protocol))
FAILING(int, socketpair, (int domain, int type, int protocol, int fds[2]), (domain, type, protocol, fds))
FAILING(int, bind, (int fd, const struct sockaddr *address, socklen_t octets), (fd, address, octets))
FAILING(int, listen, (int fd, int backlog), (fd, backlog))
FAILING(int, accept, (int fd, struct sockaddr *address, socklen_t *octets), (fd, address, octets))
FAILING(int, accept4, (int fd, struct sockaddr *address, socklen_t *octets, int flags), (fd, address, octets, flags))
FAILING(int, connect, (int fd, const struct sockaddr *address, socklen_t octets), (fd, address, octets))
FAILING(int, shutdown, (int fd, int how), (fd, how))
FAILING(int, getsockname, (int fd, struct sockaddr *address, socklen_t *octets), (fd, address, octets))
FAILING(int, getsockopt, (int fd, int level, int name, void *value, socklen_t *octets), (fd, level, name, value, octets))
FAILING(int, setsockopt, (int fd, int level, int name, const void *value, socklen_t octets), (fd, level, name, value, octets))
FAILING(int, getifaddrs, (struct ifaddrs **list), (list))
FAILING(ssize_t, sendto, (int fd, const void *data, size_t octets, int flags, const struct sockaddr *address, socklen_t length), (fd, data, octets, flags, address, length))
FAILING(ssize_t, sendmsg, (int fd, const struct msghdr *message, int flags), (fd, message, flags))
FAILING(ssize_t, recvmsg, (int fd, struct msghdr *message, int flags), (fd, message, flags))
FAILING(int, sendmmsg, (int fd, struct mmsghdr *messages, unsigned count, int flags), (fd, messages, count, flags))
FAILING(int, recvmmsg, (int fd, struct mmsghdr *messages, unsigned count, int flags, struct timespec *timeout), (fd, messages, count, flags, timeout))
FAILING_ON(ssize_t, read, (int fd, void *data, size_t octets), (fd, data, octets))
FAILING_ON(ssize_t, write, (int fd, const void *data, size_t octets), (fd, data, octets))
FAILING_ON(ssize_t, writev, (int fd, const struct iovec *parts, int count), (fd, parts, count))
FAILING(int, fsync, (int fd), (fd))
FAILING(int, pipe2, (int fds[2], int flags), (fds, flags))
FAILING(int, dup3, (int from, int to, int flags), (from, to, flags))
FAILING(pid_t, fork, (void), ())
FAILING(int, kill, (pid_t pid, int signal), (pid, signal))
FAILING_PATH(int, mkdir, (const char *path, mode_t mode), (path, mode))
FAILING_PATH(int, chmod, (const char *path, mode_t mode), (path, mode))
FAILING_PATH(int, unlink, (const char *path), (path))
FAILING_PATH(int, rmdir, (const char *path), (path))
FAILING_PATH(int, rename, (const char *path, const char *to), (path, to))
FAILING(int, epoll_ctl, (int fd, int command, int of, struct epoll_event *event), (fd, command, of, event))

#define FAILING_OPEN(name, called, parameters, arguments) \
  int name parameters { \
    REAL(name); \
    va_list more; \
    va_start(more, flags); \
    mode_t mode = (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(more, mode_t) : 0; \
    va_end(more); \
    if (fails_at(called, path)) return -1; \
    return next arguments; \
  }

FAILING_OPEN(open, "open", (const char *path, int flags, ...), (path, flags, mode))
FAILING_OPEN(open64, "open", (const char *path, int flags, ...), (path, flags, mode))
FAILING_OPEN(openat, "open", (int folder, const char *path, int flags, ...), (folder, path, flags, mode))
FAILING_OPEN(openat64, "open", (int folder, const char *path, int flags, ...), (folder, path, flags, mode))

// Only the commands that take a descriptor more.
#define FAILING_FCNTL(name) \
  int name(int fd, int command, ...) { \
    REAL(name); \
    va_list more; \
    va_start(more, command); \
    void *argument = va_arg(more, void *); \
    va_end(more); \
    if ((command == F_DUPFD || command == F_DUPFD_CLOEXEC) && fails("fcntl")) return -1; \
    return next(fd, command, argument); \
  }

FAILING_FCNTL(fcntl)
FAILING_FCNTL(fcntl64)

// libuv asks for files in this way.
long syscall(long number, ...) {
  REAL(syscall);
  va_list more;
  long a[6];
  va_start(more, number);
  for (int i = 0; i < 6; i++) a[i] = va_arg(more, long);
  va_end(more);
  if (number == SYS_statx && fails_at("statx", (const char *)a[1])) return -1;
  return next(number, a[0], a[1], a[2], a[3], a[4], a[5]);
}

#define FOUND(function) \
  if (strcmp(name, #function) == 0) return (void *)function

// Calls by way of FFI are looked up here.
void *dlsym(void *library, const char *name) {
  static void *(*next)(void *, const char *);
  if (next == NULL) next = real("dlsym");
  FOUND(socket);
  FOUND(bind);
  FOUND(connect);
  FOUND(getsockname);
  FOUND(getsockopt);
  FOUND(setsockopt);
  FOUND(sendto);
  FOUND(sendmsg);
  FOUND(sendmmsg);
  FOUND(recvmmsg);
  FOUND(fcntl);
  return next(library, name);
}
