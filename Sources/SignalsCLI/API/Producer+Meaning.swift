import SignalsAPI

extension API.Producer {
  /// What is wrong with its machines' time; nil when nothing is.
  var clockFault: String? {
    aheadSeconds.map {
      let lead = duration(microseconds: Int64(min($0 * 1_000_000, 1e18)))
      return "the machines' time is \(lead) ahead of the clock"
    }
  }
}

extension API.Producer.Spool {
  /// How much of its room is taken by what waits, 0 to 100 and beyond.
  var percentFull: Double {
    limitBytes > 0 ? Double(bytes) * 100 / Double(limitBytes) : 100
  }
}
