import SignalsAPI
import TestSupport
import Testing

@testable import SignalsCLI

/// Screens of the built program on a terminal, with colours, at 80 and 132 columns: Screens.
@Suite struct WholeScreenTests {
  private static let widths = [80, 132]

  /// A plant of two machines at 10:00:01.
  private static func server() throws -> HTTPServerDouble {
    let date = ["Date": "Tue, 24 Nov 2026 10:00:01 GMT"]
    // The waves last ten seconds.
    let later = ["Date": "Tue, 24 Nov 2026 10:00:10 GMT"]
    let waves = try json(Plant.wave().reversed() + Plant.slope().reversed())
    let states = try json(Plant.states().reversed())
    let errors = try json(Plant.errors().reversed())
    return try HTTPServerDouble { request in
      switch request.target.prefix(while: { $0 != "?" }) {
      case "/signals": .body(CannedResponses.types, headers: date)
      case "/signals/power":
        request.target.hasSuffix("limit=1000")
          ? .body(waves, headers: later) : .body(CannedResponses.power, headers: date)
      case "/signals/state_change": .body(states, headers: date)
      case "/signals/error": .body(errors, headers: date)
      case "/producer":
        .body(
          CannedResponses.producer(
            oldest: nil, faults: [CannedResponses.fault(42, until: "10:01:00")], deadLetters: 3),
          headers: date)
      default: CannedResponses.unknownType(request.target)
      }
    }
  }

  private static func json(_ readings: [SignalsCLI.Reading]) -> String {
    CannedResponses.json(readings)
  }

  private func expect(
    _ arguments: String, _ width: Int, bound: Int? = nil,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let server = try Self.server()
    let outcome = try signalsInTerminal(
      arguments, url: server.url, width: width,
      environment: ["SIGNALS_TOKEN": CannedResponses.token, "PAGER": "cat"])
    let name = arguments.prefix { $0 != "-" }.split(separator: " ").joined(separator: "-")
    try Screen.expect(
      // The same number of digits as a free port.
      outcome.output.replacing(":\(server.port)", with: ":50000"), "\(name)-\(width)",
      width: bound, sourceLocation: sourceLocation)
  }

  @Test(
    arguments: [
      "get power", "get state_change", "get error", "get pwoer", "types", "plot power",
      "plot state_change", "plot error", "producer status", "config",
    ], widths)
  func aPersonsScreenIsAsItIsKept(_ arguments: String, _ width: Int) throws {
    try expect(arguments, width, bound: width)
  }

  @Test(arguments: [
    "check fresh power", "check value power -w 100:450 -c 50:500", "check rate power -w 90:110",
    "check spool",
  ])
  func aProbesLineIsAsItIsKept(_ arguments: String) throws { try expect(arguments, 80) }
}
