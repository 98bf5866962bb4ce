// A program over Server that the tests start as a process of its own: what no endpoint of the services
// does yet.
// Usage: ServerTestProgram SOCKET DATABASE_HOST DATABASE [readings]
//
// HOST is the directory of a unix socket; with "readings" the database has the services' tables. The
// control token is "token-of-the-test-program".

import Access
import EventLoop
import FastCGI
import HTTPContract
import Postgres
import Server
import SignalStore

let signals = try SignalSource(MainLoop.signals)
let arguments = CommandLine.arguments
guard arguments.count > 3 else {
  fatalError("usage: ServerTestProgram SOCKET DATABASE_HOST DATABASE [readings]")
}

var settings = AccessSettings()
settings.secret = Array("token-of-the-test-program".utf8)
let access = try AccessControl.start(settings)
let watch = try PrimaryWatch(
  ConnectionParameters(host: arguments[2], user: "postgres", database: arguments[3]))
let metrics = LaneGroupMetrics(prefix: "test", watch: watch)
let handlers: [any EndpointHandler] = [
  Readings(), Newest(), Sleep(), PlannerSettings(), Metrics(metrics: metrics), Bytes(), Upload(),
  PlainUpload(), Wait(file: "\(arguments[1]).go"),
]
let lanes = try LaneGroup(
  LaneOptions(
    database: watch, workloads: TestWorkloads.all(withReadings: arguments.count > 4),
    isAudited: true),
  EndpointTable(handlers, among: handlers.map(\.endpoint)),
  listener: Listener(path: arguments[1]), access: access, metrics: metrics)
_ = try signals.next()
lanes.stop()
watch.stop()
access.stop()
