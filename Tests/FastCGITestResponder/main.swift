// A responder that the tests start as a process of its own, behind a real nginx or a socket.
// Usage: FastCGITestResponder SOCKET [STREAMING_SECONDS [DRAINING_SECONDS]]
//
// It writes a line to standard output for each streamed reply that ends: target, how, bytes given.
// At SIGUSR1 each of the replies at /events gets an event more; at SIGTERM it drains.

import EventLoop
import FastCGI
import Glibc
import SystemPackage

let signals = try SignalSource([SIGTERM, SIGUSR1])

let arguments = CommandLine.arguments
guard arguments.count > 1 else {
  fatalError("usage: FastCGITestResponder SOCKET [SECONDS [SECONDS]]")
}
func seconds(_ index: Int, default: Int) -> Duration {
  .seconds(arguments.count > index ? Int(arguments[index])! : `default`)
}

let server = try Server(
  path: arguments[1], streaming: seconds(2, default: 30), draining: seconds(3, default: 5))
try server.run(signals)
