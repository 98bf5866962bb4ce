import SignalsAPI

extension API.Health {
  /// In seconds; nil when there is none, or the server does not tell.
  var newestReadingAge: Double? { checks?["readings:age"]?.first?.observedValue }

  /// How far the newest reading is ahead of the server's clock, in seconds; nil when it is not.
  var readingsAhead: Double? { checks?["readings:ahead"]?.first?.observedValue }

  /// All checks by name.
  var namedChecks: [(name: String, check: Check)] {
    (checks?.members ?? []).sorted { $0.name < $1.name }.flatMap { member in
      member.value.map { (name: member.name, check: $0) }
    }
  }
}
