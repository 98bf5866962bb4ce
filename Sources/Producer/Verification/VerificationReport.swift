import Server
import Simulation
import Time

/// The result of a verification, for humans or programs.
struct VerificationReport {
  /// With more machines, only series with differences are listed.
  private static let mostMachinesListed = 10

  let outcome: Verification.Outcome

  /// Whether every expected reading is stored once, nothing else is, and everything was compared.
  var holds: Bool { outcome.comparison.total.holds && outcome.absentBatches == 0 }

  private static let columns: [(title: String, value: @Sendable (Comparison.Tally) -> Int)] = [
    ("expected", { $0.expected }), ("stored", { $0.stored }), ("missing", { $0.missing }),
    ("duplicate", { $0.duplicates }), ("different", { $0.different }),
    ("unexpected", { $0.unexpected }),
  ]

  // MARK: - Text

  func text(listingAll: Bool) -> String {
    var lines = [
      "Batches up to \(outcome.sequence), readings from \(outcome.since) to \(outcome.until)"
    ]
    lines += VerificationReport.aligned(rows(listingAll: listingAll))
    lines.append(conclusion)
    return lines.joined(separator: "\n")
  }

  private func rows(listingAll: Bool) -> [[String]] {
    let tallies = outcome.comparison.tallies
    let isShort = Set(tallies.keys.map(\.machine)).count <= VerificationReport.mostMachinesListed
    let shown = tallies.filter { listingAll || isShort || !$0.value.holds }
      .sorted { $0.key < $1.key }
    func row(_ machine: String, _ type: String, _ tally: Comparison.Tally) -> [String] {
      [machine, type] + VerificationReport.columns.map { String($0.value(tally)) }
    }
    return [["machine", "type"] + VerificationReport.columns.map(\.title)]
      + shown.map { row(Plan.machineName($0.key.machine), $0.key.typeName, $0.value) }
      + [row("all", "", outcome.comparison.total)]
  }

  private var conclusion: String {
    finding
      + (outcome.isCutShort
        ? " Earlier readings were not checked: the spool has expired their plans." : "")
      + VerificationReport.elsewhere(
        outcome.deadLetters, "rejected by the database", "the database's table dead_letters")
      + VerificationReport.elsewhere(
        outcome.quarantined, "damaged on disk", "the spool's table quarantine")
  }

  private var finding: String {
    guard outcome.comparison.total.holds else {
      return "The stored readings differ from the expected ones."
    }
    switch outcome.absentBatches {
    case 0: return "Every reading is stored exactly once."
    case 1: return "1 batch is not in the spool and was not compared; the others match."
    case let count:
      return "\(count) batches are not in the spool and were not compared; the others match."
    }
  }

  private static func elsewhere(_ readings: Int, _ what: String, _ place: String) -> String {
    switch readings {
    case 0: ""
    case 1: " 1 reading \(what), see \(place)."
    default: " \(readings) readings \(what), see \(place)."
    }
  }

  /// Aligns names left and numbers right.
  private static func aligned(_ rows: [[String]]) -> [String] {
    let widths = (rows.first ?? []).indices.map { column in
      rows.map { $0[column].count }.max() ?? 0
    }
    return rows.map { row in
      row.enumerated().map { column, text in
        let padding = String(repeating: " ", count: widths[column] - text.count)
        return column < 2 ? text + padding : padding + text
      }.joined(separator: "  ")
    }
  }

  // MARK: - JSON

  func json() -> String {
    var json = JSONWriter()
    json.object { object in
      object.key("holds")
      object.boolean(holds)
      object.key("sequence")
      object.integer(outcome.sequence)
      object.key("from")
      object.timestamp(outcome.since)
      object.key("to")
      object.timestamp(outcome.until)
      VerificationReport.write(outcome.comparison.total, &object)
      object.key("cut_short")
      object.boolean(outcome.isCutShort)
      object.key("absent_batches")
      object.integer(outcome.absentBatches)
      object.key("dead_letters")
      object.integer(outcome.deadLetters)
      object.key("quarantined")
      object.integer(outcome.quarantined)
      object.key("series")
      object.array { array in
        for (series, tally) in outcome.comparison.tallies.sorted(by: { $0.key < $1.key }) {
          array.object {
            $0.key("machine")
            $0.string(Plan.machineName(series.machine))
            $0.key("signal_type")
            $0.string(series.typeName)
            VerificationReport.write(tally, &$0)
          }
        }
      }
    }
    return String(decoding: json.bytes, as: UTF8.self)
  }

  private static func write(_ tally: Comparison.Tally, _ json: inout JSONWriter) {
    json.key("expected")
    json.integer(tally.expected)
    json.key("stored")
    json.integer(tally.stored)
    json.key("missing")
    json.integer(tally.missing)
    json.key("duplicate")
    json.integer(tally.duplicates)
    json.key("different")
    json.integer(tally.different)
    json.key("unexpected")
    json.integer(tally.unexpected)
  }
}

extension Comparison.Series {
  var typeName: String { SimulatedSignal(rawValue: type)?.name ?? "type \(type)" }
}
