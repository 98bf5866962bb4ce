// Sends requests at a fixed rate, regardless of the responses: request k is due at k/RATE, and its latency
// counts from then, including any wait for a connection. A stalled server is thus charged for every request
// in the meantime (no coordinated omission).
// Usage: rate HOST PORT RATE CONNECTIONS SECONDS LOG REQUEST…
// REQUEST is a path, or a method, a space and a path; several are sent in turn.
// Prints: requests, seconds, p50, p99 and p99.9 in microseconds, answers other than 200; separated by
// tabs. Unless LOG is "-", it gets a line per request: when it was due, sent and answered (microseconds
// since 1970), and the status; 0 and 0 without a response.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { buffer_size = 1 << 18, request_size = 1024, most_connections = 1024 };

struct record {
  int64_t due, sent, answered;
  int status;
};

static struct connection {
  int fd;
  struct record *record;
  size_t length;
  char *buffer;
} connections[most_connections];

// In turn, so that no connection idles until the server closes it.
static struct connection *idle[most_connections];
static int idle_first, idle_count;
static struct sockaddr_in address = {.sin_family = AF_INET};
static int poller;

static int64_t nanoseconds(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1000000000LL + time.tv_nsec;
}

static void fail(const char *what) {
  perror(what);
  exit(1);
}

static void rest(struct connection *one) {
  idle[(idle_first + idle_count++) % most_connections] = one;
}

static struct connection *take_idle(void) {
  struct connection *one = idle[idle_first];
  idle_first = (idle_first + 1) % most_connections;
  idle_count--;
  return one;
}

static int64_t microseconds_since_1970(void) {
  struct timespec time;
  clock_gettime(CLOCK_REALTIME, &time);
  return time.tv_sec * 1000000LL + time.tv_nsec / 1000;
}

static int ascending(const void *a, const void *b) {
  int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
  return (x > y) - (x < y);
}

static void open_connection(struct connection *one) {
  one->fd = socket(AF_INET, SOCK_STREAM, 0);
  if (connect(one->fd, (struct sockaddr *)&address, sizeof address) != 0) fail("connect");
  setsockopt(one->fd, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int));
  struct epoll_event event = {.events = EPOLLIN, .data.ptr = one};
  epoll_ctl(poller, EPOLL_CTL_ADD, one->fd, &event);
  rest(one);
}

// Whether a response is complete; is_last if the server closes the connection after it, as nginx does after
// a thousand.
static int is_complete(struct connection *one, int *is_last) {
  one->buffer[one->length] = 0;
  char *end = strstr(one->buffer, "\r\n\r\n");
  if (!end) return 0;
  char *field = strcasestr(one->buffer, "\r\nContent-Length:");
  if (!field || field > end) fprintf(stderr, "response without Content-Length\n"), exit(1);
  size_t length = strtoul(field + 17, NULL, 10) + (size_t)(end + 4 - one->buffer);
  if (length >= buffer_size) fprintf(stderr, "response too long\n"), exit(1);
  char *close = strcasestr(one->buffer, "\r\nConnection: close");
  *is_last = close && close < end;
  return one->length >= length;
}

// The text of a request, and its length.
static int spell(char *text, const char *request, char **arguments) {
  const char *space = strchr(request, ' ');
  int length = snprintf(
      text, request_size, "%.*s %s HTTP/1.1\r\nHost: %s:%s\r\n%s\r\n",
      space ? (int)(space - request) : 3, space ? request : "GET", space ? space + 1 : request,
      arguments[1], arguments[2], space ? "Content-Length: 0\r\n" : "");
  if (length >= request_size) fprintf(stderr, "request too long\n"), exit(64);
  return length;
}

// The real-time clock, as in other programs' logs.
static void write_log(const char *path, const struct record *records, int64_t sent) {
  FILE *log = fopen(path, "w");
  if (!log) fail(path);
  int64_t shift = microseconds_since_1970() - nanoseconds() / 1000;
  for (const struct record *one = records; one < records + sent; one++) {
    fprintf(log, "%ld\t%ld\t%ld\t%d\n", (long)(one->due / 1000 + shift),
            (long)(one->sent / 1000 + shift),
            one->status ? (long)(one->answered / 1000 + shift) : 0L, one->status);
  }
  if (fclose(log) != 0) fail(path);
}

int main(int count, char **arguments) {
  if (count < 8) return 64;
  double rate = atof(arguments[3]), seconds = atof(arguments[5]);
  int many = atoi(arguments[4]), kinds = count - 7;
  if (rate < 1 || many < 1 || many > most_connections) return 64;
  int64_t total = (int64_t)(rate * seconds), sent = 0, answered = 0, errors = 0;
  struct record *records = calloc((size_t)total, sizeof *records);
  int64_t *latencies = malloc((size_t)total * sizeof *latencies);
  char(*requests)[request_size] = malloc((size_t)kinds * sizeof *requests);
  int *lengths = malloc((size_t)kinds * sizeof *lengths);
  if (!records || !latencies || !requests || !lengths) fail("malloc");
  for (int i = 0; i < kinds; i++) lengths[i] = spell(requests[i], arguments[7 + i], arguments);

  address.sin_port = htons(atoi(arguments[2]));
  if (inet_pton(AF_INET, arguments[1], &address.sin_addr) != 1) return 64;
  poller = epoll_create1(0);
  for (int i = 0; i < many; i++) {
    connections[i].buffer = malloc(buffer_size);
    open_connection(&connections[i]);
  }
  prctl(PR_SET_TIMERSLACK, 1000);

  int64_t start = nanoseconds(), limit = start + (int64_t)((seconds + 10) * 1e9), now = start;
  while (answered < total && now < limit) {
    now = nanoseconds();
    int64_t due = start;
    while (sent < total && idle_count > 0) {
      due = start + (int64_t)((double)sent * 1e9 / rate);
      if (due > now) break;
      struct connection *one = take_idle();
      one->record = &records[sent];
      *one->record = (struct record){.due = due, .sent = now};
      one->length = 0;
      int kind = (int)(sent % kinds);
      if (write(one->fd, requests[kind], (size_t)lengths[kind]) != lengths[kind]) fail("write");
      sent++;
    }
    int64_t pause = sent < total && idle_count > 0 ? due - now : 100000000;
    if (pause < 0) pause = 0;
    struct timespec timeout = {pause / 1000000000, pause % 1000000000};
    struct epoll_event events[64];
    int ready = epoll_pwait2(poller, events, 64, &timeout, NULL);
    if (ready < 0 && errno != EINTR) fail("epoll_pwait2");
    for (int i = 0; i < ready; i++) {
      struct connection *one = events[i].data.ptr;
      ssize_t got =
          recv(one->fd, one->buffer + one->length, buffer_size - 1 - one->length, MSG_DONTWAIT);
      if (got == 0) fprintf(stderr, "the server closed a connection\n"), exit(1);
      if (got < 0) fail("recv");
      one->length += (size_t)got;
      int is_last = 0;
      if (!is_complete(one, &is_last)) continue;
      one->record->answered = nanoseconds();
      one->record->status = atoi(one->buffer + strlen("HTTP/1.1 "));
      if (one->record->status != 200) errors++;
      latencies[answered++] = one->record->answered - one->record->due;
      if (is_last) {
        close(one->fd);
        open_connection(one);
      } else {
        rest(one);
      }
    }
  }
  double took = (double)(nanoseconds() - start) / 1e9;
  errors += total - answered;
  if (strcmp(arguments[6], "-") != 0) write_log(arguments[6], records, sent);
  if (answered == 0) return 1;
  qsort(latencies, (size_t)answered, sizeof *latencies, ascending);
  printf("%ld\t%.3f", (long)answered, took);
  double shares[] = {0.5, 0.99, 0.999};
  for (int i = 0; i < 3; i++) {
    printf("\t%ld", (long)(latencies[(int64_t)((double)(answered - 1) * shares[i])] / 1000));
  }
  printf("\t%ld\n", (long)errors);
}
