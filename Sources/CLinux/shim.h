// Linux and glibc extensions of POSIX. Glibc's Swift module omits these, or imports them as
// enumerations that cannot be combined.
#ifndef SIGNALS_CLINUX_SHIM_H
#define SIGNALS_CLINUX_SHIM_H

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

// glibc declares these under _GNU_SOURCE only, which would give some types another layout here than
// in the package's other C modules.
int accept4(int, struct sockaddr *, socklen_t *, int);
int pthread_setname_np(pthread_t, const char *);
int pthread_clockjoin_np(pthread_t, void **, clockid_t, const struct timespec *);

static const int linux_EPOLL_CLOEXEC = EPOLL_CLOEXEC;
static const uint32_t linux_EPOLLIN = EPOLLIN;
static const uint32_t linux_EPOLLOUT = EPOLLOUT;
static const uint32_t linux_EPOLLERR = EPOLLERR;
static const uint32_t linux_EPOLLHUP = EPOLLHUP;
static const uint32_t linux_EPOLLET = EPOLLET;
static const uint32_t linux_EPOLLEXCLUSIVE = EPOLLEXCLUSIVE;

/// accept4 with close-on-exec and non-blocking set; -1 and errno on failure.
static inline int linux_accept(int listener) {
  return accept4(listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
}

/// A unix stream socket with close-on-exec and non-blocking set.
static inline int linux_unix_socket(void) {
  return socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
}

/// The peer process of a connected unix socket, or the one listening; 0 when it is in another namespace,
/// -1 on failure.
static inline int linux_peer_process(int fd) {
  // As `struct ucred`, which glibc declares under _GNU_SOURCE only.
  struct { pid_t pid; uid_t uid; gid_t gid; } peer;
  socklen_t size = sizeof peer;
  return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 ? peer.pid : -1;
}

/// Peeks at what has arrived, up to `size` bytes, without blocking.
static inline ssize_t linux_peek(int fd, void *buffer, size_t size) {
  return recv(fd, buffer, size, MSG_PEEK | MSG_DONTWAIT);
}

/// Receives what has arrived, up to `size` bytes, without blocking.
static inline ssize_t linux_receive(int fd, void *buffer, size_t size) {
  return recv(fd, buffer, size, MSG_DONTWAIT);
}

/// Whether a small write would not block.
static inline int linux_is_writable(int fd) {
  struct pollfd one = {.fd = fd, .events = POLLOUT, .revents = 0};
  return poll(&one, 1, 0) == 1 && (one.revents & POLLOUT) != 0;
}

/// Sends without blocking and without SIGPIPE.
static inline ssize_t linux_send(int fd, const void *buffer, size_t size) {
  return send(fd, buffer, size, MSG_NOSIGNAL | MSG_DONTWAIT);
}

/// An eventfd, close-on-exec and non-blocking.
static inline int linux_eventfd(void) { return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK); }

/// A signalfd for `mask`, close-on-exec and non-blocking.
static inline int linux_signalfd(const sigset_t *mask) {
  return signalfd(-1, mask, SFD_CLOEXEC | SFD_NONBLOCK);
}

/// Raises the limit on open descriptors to the hard limit; returns the limit.
static inline long linux_raise_descriptor_limit(void) {
  struct rlimit limit;
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return -1;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
  return getrlimit(RLIMIT_NOFILE, &limit) == 0 ? (long)limit.rlim_cur : -1;
}

#endif
