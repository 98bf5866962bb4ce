// A program over Server that the tests start as a process of its own: what no endpoint of the services
// does yet.
// Usage: ServerTestProgram SOCKET DATABASE_HOST DATABASE     (HOST: the directory of a unix socket)

import Access
import EventLoop
import FastCGI
import HTTPContract
import Postgres
import Server
import SignalStore

let signals = try SignalSource(MainLoop.signals)
let arguments = CommandLine.arguments
guard arguments.count == 4 else {
  fatalError("usage: ServerTestProgram SOCKET DATABASE_HOST DATABASE")
}

let access = try AccessControl.start(AccessSettings())
let watch = try PrimaryWatch(
  ConnectionParameters(host: arguments[2], user: "postgres", database: arguments[3]))
let metrics = LaneGroupMetrics(prefix: "test", watch: watch)
let handlers: [any EndpointHandler] = [
  Newest(), Sleep(), PlannerSettings(), Metrics(metrics: metrics),
]
let lanes = try LaneGroup(
  LaneOptions(database: watch, workloads: TestWorkloads.all),
  EndpointTable(handlers, among: handlers.map(\.endpoint)),
  listener: Listener(path: arguments[1]), access: access, metrics: metrics)
_ = try signals.next()
lanes.stop()
watch.stop()
access.stop()
