extension Table {
  /// The service as a whole and, where it tells them, its checks.
  static func health(_ report: HealthReport) -> [Table] {
    let checks = (report.checks ?? [:]).sorted { $0.key < $1.key }.flatMap { name, checks in
      checks.map { (name: name, check: $0) }
    }
    let isGood = checks.allSatisfy { $0.check.style != .bad }
    var properties = [(name: "status", value: Cell(report.status, isGood ? .good : .bad))]
    if let service = report.serviceID { properties.append((name: "service", value: Cell(service))) }
    if let version = report.version { properties.append((name: "version", value: Cell(version))) }
    return [Table(properties: properties)] + (checks.isEmpty ? [] : [Table(checks: checks)])
  }

  private init(checks: [(name: String, check: HealthReport.Check)]) {
    self.init(
      [Column("check"), Column("status"), Column("value", .decimal), Column("", .wrapped)],
      rows: checks.map { name, check in
        [
          Cell(name.words),
          Cell(check.status, check.style),
          Cell(check.value.map { "\($0)" } ?? ""),
          Cell([check.unit, check.output].compactMap(\.self).joined(separator: "  ")),
        ]
      })
  }
}

extension String {
  /// `database response time` of `database:responseTime`
  fileprivate var words: String {
    map { character in
      if "_:".contains(character) { return " " }
      return character.isUppercase ? " \(character.lowercased())" : String(character)
    }.joined()
  }
}

extension HealthReport.Check {
  fileprivate var style: Style {
    switch status {
    case "pass", "ok", "up": .good
    case "warn": .warning
    default: .bad
    }
  }
}
