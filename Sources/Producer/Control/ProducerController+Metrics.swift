import Server
import Signals
import Simulation
import Spool

extension ProducerController {
  /// Appends the metrics of machines, spool and shipping.
  func append(to text: inout MetricsText) {
    let plan = timeline.current
    let sent = shipper.status
    let spooled = spool.status
    text.describe("signals_producer_state", .gauge, "1 for the current state.")
    for state in State.allCases {
      text.sample(
        "signals_producer_state", [("state", state.rawValue)], state == self.state ? 1 : 0)
    }
    text.single(
      "signals_producer_machines", .gauge, "Simulated machines.", Double(plan.machines))
    text.single(
      "signals_producer_readings_written_total", .counter, "Readings stored in the database.",
      Double(sent.readingsWritten))
    text.single(
      "signals_producer_batches_written_total", .counter, "Batches stored in the database.",
      Double(sent.batchesWritten))
    text.describe(
      "signals_producer_spool_readings", .gauge,
      "Readings in the spool, waiting or kept after being stored.")
    text.describe(
      "signals_producer_spool_batches", .gauge,
      "Batches in the spool, waiting or kept after being stored.")
    text.describe(
      "signals_producer_spool_bytes", .gauge,
      "Bytes in the spool, waiting or kept after being stored.")
    for (state, tally) in [("waiting", spooled.waiting), ("kept", spooled.kept)] {
      let labels = [("state", state)]
      text.sample("signals_producer_spool_readings", labels, Double(tally.readings))
      text.sample("signals_producer_spool_batches", labels, Double(tally.batches))
      text.sample("signals_producer_spool_bytes", labels, Double(tally.bytes))
    }
    text.single(
      "signals_producer_spool_limit_bytes", .gauge, "Capacity of the spool.",
      Double(spool.limits.bytes))
    text.single(
      "signals_producer_quarantined_batches", .gauge,
      "Damaged batches set aside in the spool.",
      Double(spooled.quarantined.batches))
    text.single(
      "signals_producer_dead_letters", .gauge,
      "Readings rejected by the database, in its table dead_letters.",
      Double(sent.deadLetters))
    text.single(
      "signals_producer_missing_batches", .gauge,
      "Batches lost by the database and no longer in the spool.",
      Double(spooled.missing.reduce(0) { $0 + $1.count }))
    text.single(
      "signals_producer_last_sequence", .gauge, "Sequence number of the newest batch in the spool.",
      Double(spooled.last))
    text.single(
      "signals_producer_ahead_seconds", .gauge,
      "How far simulated time is ahead of the clock; 0 if less than a minute.",
      Double(lead) / 1_000_000)
    text.single(
      "signals_producer_watermark_sequence", .gauge,
      "Sequence number of the newest batch known to be stored.",
      Double(sent.watermark?.sequence ?? 0))
    text.single(
      "signals_producer_database_connected", .gauge, "1 while readings can be stored.",
      sent.isConnected ? 1 : 0)
  }
}
