import FastCGI
import Server
import Signals
import Simulation
import Spool

extension Plant {
  /// What the producer has done, in Prometheus' format.
  func metrics() -> RenderedResponse {
    let plan = timeline.current
    let sent = shipper.status
    let spooled = spool.status
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
      Double(sent.readingsWritten))
    text.single(
      "signals_producer_batches_written_total", .counter, "Batches stored in the database.",
      Double(sent.batchesWritten))
    text.describe(
      "signals_producer_spool_readings", .gauge,
      "Readings in the spool: waiting to be stored, or kept for a while after.")
    text.describe(
      "signals_producer_spool_batches", .gauge,
      "Batches in the spool: waiting to be stored, or kept for a while after.")
    text.describe(
      "signals_producer_spool_bytes", .gauge,
      "Bytes in the spool: waiting to be stored, or kept for a while after.")
    for (state, tally) in [("waiting", spooled.waiting), ("kept", spooled.kept)] {
      let labels = [("state", state)]
      text.sample("signals_producer_spool_readings", labels, Double(tally.readings))
      text.sample("signals_producer_spool_batches", labels, Double(tally.batches))
      text.sample("signals_producer_spool_bytes", labels, Double(tally.bytes))
    }
    text.single(
      "signals_producer_spool_limit_bytes", .gauge, "How many bytes the spool may hold.",
      Double(spool.limits.bytes))
    text.single(
      "signals_producer_quarantined_batches", .gauge,
      "Batches that were damaged in the spool and are set aside there.",
      Double(spooled.quarantined.batches))
    text.single(
      "signals_producer_dead_letters", .gauge,
      "Readings that the database refused for what they are, in its table dead_letters.",
      Double(sent.deadLetters))
    text.single(
      "signals_producer_missing_batches", .gauge,
      "Batches that the database has lost and the spool no longer has.",
      Double(spooled.missing.reduce(0) { $0 + $1.count }))
    text.single(
      "signals_producer_last_sequence", .gauge, "Number of the newest batch in the spool.",
      Double(spooled.last))
    text.single(
      "signals_producer_ahead_seconds", .gauge,
      "How far the machines' time is ahead of the time of day; 0 up to a minute.",
      Double(lead) / 1_000_000)
    text.single(
      "signals_producer_watermark_sequence", .gauge,
      "Number of the newest batch that the database is known to have.",
      Double(sent.watermark?.sequence ?? 0))
    text.single(
      "signals_producer_database_connected", .gauge, "1 while the database takes readings.",
      sent.isConnected ? 1 : 0)
    text.appendProcess(startedAt: startedAt)
    return text.response()
  }
}
