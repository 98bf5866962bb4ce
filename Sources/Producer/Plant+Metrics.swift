import FastCGI
import Service

extension Plant {
  /// What the producer has done, in Prometheus' format.
  func metrics() -> RenderedResponse {
    let plan = plan.current
    let status = shipper.status
    let waiting = backlog.size
    var text = MetricsText()
    text.describe("signals_producer_state", .gauge, "1 for the state that the machines are in.")
    for state in State.allCases {
      text.sample(
        "signals_producer_state", [("state", state.rawValue)], state == self.state ? 1 : 0)
    }
    text.single(
      "signals_producer_machines", .gauge, "Machines that are simulated.", Double(plan.machines))
    text.single(
      "signals_producer_readings_written_total", .counter, "Readings stored in the database.",
      Double(status.readingsWritten))
    text.single(
      "signals_producer_batches_written_total", .counter, "Batches stored in the database.",
      Double(status.batchesWritten))
    text.single(
      "signals_producer_backlog_readings", .gauge, "Readings that wait to be stored.",
      Double(waiting.readings))
    text.single(
      "signals_producer_backlog_batches", .gauge, "Batches that wait to be stored.",
      Double(waiting.batches))
    text.single(
      "signals_producer_backlog_limit_readings", .gauge, "How many readings may wait.",
      Double(backlog.capacity))
    text.single(
      "signals_producer_database_connected", .gauge, "1 while the database takes readings.",
      status.isConnected ? 1 : 0)
    text.appendProcess(startedAt: startedAt)
    return text.response()
  }
}
