// The baseline of scripts/bench: a libfcgi responder with a constant response.
// Usage: constant SOCKET FILE THREADS
//
// The usual loop, one thread per connection. A kept connection occupies its thread, so there must be as many
// threads as the web server may have connections.
#include <fcgiapp.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

static char answer[1 << 16];
static int answer_length;
static int listener;

static void *serve(void *unused) {
  (void)unused;
  FCGX_Request request;
  FCGX_InitRequest(&request, listener, 0);
  while (FCGX_Accept_r(&request) == 0) {
    FCGX_PutStr(answer, answer_length, request.out);
    FCGX_Finish_r(&request);
  }
  return NULL;
}

int main(int count, char **arguments) {
  if (count != 4) return 64;
  static char body[sizeof answer / 2];
  FILE *file = fopen(arguments[2], "r");
  if (!file) return perror(arguments[2]), 1;
  size_t length = fread(body, 1, sizeof body, file);
  fclose(file);
  // The headers of the accessor's response.
  answer_length = snprintf(
      answer, sizeof answer,
      "Status: 200 OK\r\nContent-Type: application/json\r\nContent-Length: %zu\r\n"
      "Cache-Control: no-store\r\n\r\n%.*s",
      length, (int)length, body);

  if (FCGX_Init() != 0 || (listener = FCGX_OpenSocket(arguments[1], 1024)) < 0) return 1;
  // libfcgi's handler only sets a flag, which does not interrupt accept.
  signal(SIGTERM, SIG_DFL);
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, 1 << 17);
  pthread_t thread;
  for (int threads = atoi(arguments[3]); threads > 0; threads--) {
    if (pthread_create(&thread, &attributes, serve, NULL) != 0) return perror("thread"), 1;
  }
  pthread_join(thread, NULL);
  return 1;
}
