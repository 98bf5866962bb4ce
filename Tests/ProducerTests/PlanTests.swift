import EventLoop
import Server
import SignalsAPI
import Simulation
import Testing
import Time

@testable import Producer

@Suite struct PlanTests {
  private let noon = Timestamp(microseconds: 1_795_514_400_000_000)
  private var plan = Plan(machines: 4, seed: 1, rates: .standard)

  private func change(_ json: String) throws -> Plan {
    var plan = plan
    try ControlRequest.decode(API.ProducerChange.self, Array(json.utf8)).apply(to: &plan)
    return plan
  }

  @Test func whatIsNotNamedStaysAsItIs() throws {
    #expect(try change("{}") == plan)
    let changed = try change(
      #"{"machines": 7, "seed": 18446744073709551615, "rates": {"error_seconds": {"min": 2, "max": 3.5}}}"#
    )
    #expect(changed.machines == 7)
    #expect(changed.seed == .max)
    #expect(changed.rates.error == (try Rates.IntervalRange(min: 2, max: 3.5)))
    #expect(changed.rates.stateChange == Rates.standard.stateChange)
    #expect(changed.rates.powerHertz == 100)
  }

  @Test(arguments: [
    (
      "{",
      "the body is not valid JSON: line 1, column 2: expected a quoted member name (got end of input)"
    ),
    ("", "the body is not valid JSON: line 1, column 1: expected a value (got end of input)"),
    (
      #"{"seed":1,}"#,
      #"the body is not valid JSON: line 1, column 11: expected a quoted member name (got "}")"#
    ),
    (#"{"seed":1,"seed":2}"#, "seed: duplicate field"),
    (#"{"rates":{"power_hz":1,"\u0070ower_hz":2}}"#, "rates.power_hz: duplicate field"),
    ("[]", "the body must be an object (got an array)"),
    (#"{"machine": 1}"#, "machine: unknown field (expected one of machines, seed, rates)"),
    (#"{"machines": "4"}"#, #"machines must be an integer from 1 to 10000 (got "4")"#),
    (#"{"machines": 0}"#, "machines must be an integer from 1 to 10000 (got 0)"),
    (#"{"machines": 10001}"#, "machines must be an integer from 1 to 10000 (got 10001)"),
    (
      #"{"machines":99999999999999999999}"#,
      "machines must be an integer from 1 to 10000 (got 99999999999999999999)"
    ),
    (
      #"{"seed":-1}"#, "seed must be an integer from 0 to 18446744073709551615 (got -1)"
    ),
    (#"{"rates":{"power_hz":100.5}}"#, "rates.power_hz must be an integer (got 100.5)"),
    (#"{"rates": 5}"#, "rates must be an object (got 5)"),
    (#"{"rates": {"error_seconds": {"min": 5}}}"#, "rates.error_seconds.max is missing"),
    (
      #"{"rates": {"error_seconds": {"min": 5, "max": "x"}}}"#,
      #"rates.error_seconds.max must be a number (got "x")"#
    ),
    (
      #"{"rates": {"error_seconds": {"min": 5, "max": 1}}}"#,
      "min and max must be seconds with 0.01 <= min <= max <= 86400 (got 5.0 and 1.0)"
    ),
  ])
  func aBadChangeIsNamedWithWhatIsAccepted(json: String, detail: String) throws {
    let problem = try #require(throws: Problem.self) { try change(json) }
    #expect(problem.status == 400)
    #expect(problem.detail == detail)
  }

  @Test(arguments: [
    (#"{"code": 1}"#, "machine is missing"),
    (
      #"{"machine": "machine-5", "code": 1}"#,
      "unknown machine \"machine-5\" (expected machine-1 to machine-4)"
    ),
    (
      #"{"machine": "machine-01", "code": 1}"#,
      "unknown machine \"machine-01\" (expected machine-1 to machine-4)"
    ),
    (
      #"{"machine": "machine-1", "code": 101}"#,
      "code must be an integer from 1 to 100 (got 101)"
    ),
    (
      #"{"machine": "machine-1", "code": 42.5}"#,
      "code must be an integer from 1 to 100 (got 42.5)"
    ),
    (
      #"{"machine": "machine-1", "code": 1, "stop_seconds": 0}"#,
      "stop_seconds must be a number from 0.01 to 86400 (got 0.0)"
    ),
    (
      #"{"machine": "machine-1", "code": 1, "stop_seconds": -1}"#,
      "stop_seconds must be a number from 0.01 to 86400 (got -1.0)"
    ),
  ])
  func aBadFaultIsNamedWithWhatIsAccepted(json: String, detail: String) throws {
    let problem = try #require(throws: Problem.self) {
      var plan = plan
      _ = try ControlRequest.decode(API.FaultRequest.self, Array(json.utf8))
        .apply(to: &plan, at: noon)
    }
    #expect(problem.status == 400)
    #expect(problem.detail == detail)
  }

  @Test func moreThanAMachineCanSimulateIsRefused() throws {
    let accepted = """
      are too many (at most 1000000 power readings a second in all, and as many state changes and \
      errors at their fastest)
      """
    let tooMuchPower = try #require(throws: Problem.self) {
      try change(#"{"machines": 1001, "rates": {"power_hz": 1000}}"#)
    }
    #expect(tooMuchPower.detail == "1001 machines at 1000 Hz \(accepted)")
    let tooManyEvents = try #require(throws: Problem.self) {
      try change(
        #"{"machines": 9901, "rates": {"power_hz": 1, "error_seconds": {"min": 0.01, "max": 1}}}"#)
    }
    #expect(tooManyEvents.detail == "9901 machines at 1 Hz \(accepted)")
  }

  @Test func aFaultOfStoppedMachinesIsRefused() throws {
    var plan = plan
    plan.isRunning = false
    let problem = try #require(throws: Problem.self) {
      _ = try ControlRequest.decode(
        API.FaultRequest.self, Array(#"{"machine": "machine-1", "code": 1}"#.utf8)
      ).apply(to: &plan, at: noon)
    }
    #expect(problem.status == 409)
    #expect(plan.faults.isEmpty)
  }

  @Test func faultsAreBoundedInNumber() throws {
    var plan = plan
    let order = try ControlRequest.decode(
      API.FaultRequest.self, Array(#"{"machine": "machine-1", "code": 1}"#.utf8))
    for _ in 0..<Plan.maxFaults { _ = try order.apply(to: &plan, at: noon) }
    let problem = try #require(throws: Problem.self) { try order.apply(to: &plan, at: noon) }
    #expect(problem.status == 409)
    #expect(Fleet(plan).plan(from: noon + 61_000_000).faults.isEmpty)
  }

  @Test func theContractsBoundsAreThoseOfThePlan() {
    #expect(API.machineCounts == Plan.machineCounts)
    #expect(API.errorCodes == Fault.codes)
    #expect(API.FaultRequest.stopSeconds.lowerBound * 1_000_000 == Double(Fault.minStopDuration))
  }
}
