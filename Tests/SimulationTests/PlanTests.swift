import FoundationEssentials
import Simulation
import Testing
import Time

@Suite struct PlanTests {
  private let noon = Timestamp(microseconds: 1_795_514_400_000_000)

  private func decode(_ json: String) throws -> Plan {
    try JSONDecoder().decode(Plan.self, from: Data(json.utf8))
  }

  private func encode(_ plan: Plan) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(plan), as: UTF8.self)
  }

  private func json(
    machines: String = "3", rates: String? = nil, faults: String = "", more: String = ""
  ) -> String {
    let gaps =
      #""state_change_seconds":{"max":5,"min":1},"error_seconds":{"max":30,"min":10}"#
    return """
      {"faults":[\(faults)],"is_running":true,"machines":\(machines)\
      ,"rates":\(rates ?? "{\"power_hz\":100,\(gaps)}"),"seed":18446744073709551615\(more)}
      """
  }

  @Test func itsJSONIsThisAndIsReadBackAsTheSame() throws {
    var plan = Plan(
      machines: 3, seed: .max,
      rates: try Rates(
        powerHertz: 50, stateChange: .init(min: 0.1, max: 2.5), error: .init(min: 10, max: 30)))
    plan.isRunning = false
    plan.faults = [
      Fault(machine: 2, code: 42, time: noon + 123_456, end: noon + 5_123_456),
      Fault(machine: 0, code: 1, time: noon),
    ]
    let text = try encode(plan)
    #expect(
      text == """
        {"faults":[{"code":42,"machine":"machine-3","timestamp":"2026-11-24T10:00:00.123456Z",\
        "until":"2026-11-24T10:00:05.123456Z"},\
        {"code":1,"machine":"machine-1","timestamp":"2026-11-24T10:00:00.000000Z"}],\
        "is_running":false,"machines":3,\
        "rates":{"error_seconds":{"max":30,"min":10},"power_hz":50,\
        "state_change_seconds":{"max":2.5,"min":0.1}},"seed":18446744073709551615}
        """)
    #expect(try decode(text) == plan)
  }

  @Test func whatItTakesOverIsADigitAMachine() throws {
    var plan = Plan(machines: 3, seed: .max, rates: .standard)
    plan.transition = PlanTransition(at: noon, working: [true, false, true])
    let member = #","handover":{"timestamp":"2026-11-24T10:00:00.000000Z","working":"101"}"#
    #expect(try decode(json(more: member)) == plan)
    #expect(try encode(plan).contains(member.dropFirst()))
    #expect(throws: DecodingError.self) {
      try decode(json(more: member.replacing("101", with: "102")))
    }
  }

  @Test func aFaultWhoseEndIsNullHasNone() throws {
    let fault =
      #"{"code":1,"machine":"machine-1","timestamp":"2026-11-24T10:00:00Z","until":null}"#
    #expect(try decode(json(faults: fault)).faults == [Fault(machine: 0, code: 1, time: noon)])
  }

  @Test func aMemberThatALaterVersionAddsIsPassedOver() throws {
    let plan = try decode(json(more: #","humidity":{"min":1}"#))
    #expect(plan == Plan(machines: 3, seed: .max, rates: .standard))
  }

  @Test(arguments: [
    ("machines", "0", #"must be from 1 to 10000 (got 0)"#),
    ("machines", "10001", #"must be from 1 to 10000 (got 10001)"#),
    (
      "rates",
      #"{"power_hz":3,"state_change_seconds":{"max":5,"min":1},"error_seconds":{"max":30,"min":10}}"#,
      "power rate must be one of"
    ),
    (
      "rates",
      #"{"power_hz":1,"state_change_seconds":{"max":1,"min":5},"error_seconds":{"max":30,"min":10}}"#,
      "min and max must be seconds"
    ),
    (
      "fault", #"{"code":101,"machine":"machine-1","timestamp":"2026-11-24T10:00:00Z"}"#,
      "must be from 1 to 100 (got 101)"
    ),
    (
      "fault", #"{"code":1,"machine":"machine-0","timestamp":"2026-11-24T10:00:00Z"}"#,
      "invalid machine name \"machine-0\""
    ),
    (
      "fault", #"{"code":1,"machine":"machine-1","timestamp":"today"}"#,
      "invalid RFC 3339 time \"today\""
    ),
    (
      "fault",
      #"{"code":1,"machine":"machine-1","timestamp":"2026-11-24T10:00:00Z","until":"2026-11-24T10:00:00.009999Z"}"#,
      "must be at least 10 ms after timestamp"
    ),
  ])
  func aValueThatCannotBeIsAnErrorAndNoCrash(member: String, value: String, detail: String) throws {
    let text =
      switch member {
      case "machines": json(machines: value)
      case "rates": json(rates: value)
      default: json(faults: value)
      }
    let error = try #require(throws: DecodingError.self) { try decode(text) }
    guard case .dataCorrupted(let context) = error else {
      Issue.record("\(error)")
      return
    }
    #expect(context.debugDescription.hasPrefix(detail))
  }

  @Test func aMachinesNameIsItsNumberFromOne() {
    let plan = Plan(machines: 12, seed: 1, rates: .standard)
    for number in Int32(0)..<12 { #expect(plan.machineNumber(Plan.machineName(number)) == number) }
    for name in [
      "machine-0", "machine-13", "machine-01", "machine-+1", "machine-", "machine-1 ", "machine-١",
      "Machine-1", "machine-99999999999999999999", "", "1",
    ] {
      #expect(plan.machineNumber(name) == nil, "\(name)")
    }
  }
}
