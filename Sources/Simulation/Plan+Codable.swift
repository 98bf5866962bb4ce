internal import Time

/// Plans are stored on disk to reproduce the same stream, so their JSON is a stable format.
///
/// Unknown members are ignored, as later versions may add some; invalid values are errors.
extension Plan: Codable {
  private enum Key: String, CodingKey {
    case isRunning = "is_running"
    case machines, seed, rates, faults, scenario
    case transition = "handover"
  }

  public init(from decoder: any Decoder) throws {
    let members = try decoder.container(keyedBy: Key.self)
    machines = try members.decode(Int.self, forKey: .machines)
    guard Plan.machineCounts.contains(machines) else {
      throw DecodingError.dataCorruptedError(
        forKey: .machines, in: members,
        debugDescription: "must be from 1 to \(Plan.machineCounts.upperBound) (got \(machines))")
    }
    seed = try members.decode(UInt64.self, forKey: .seed)
    rates = try members.decode(Rates.self, forKey: .rates)
    isRunning = try members.decode(Bool.self, forKey: .isRunning)
    faults = try members.decode([Fault].self, forKey: .faults)
    scenario = try members.decodeIfPresent(Scenario.self, forKey: .scenario) ?? Scenario()
    transition = try members.decodeIfPresent(PlanTransition.self, forKey: .transition)
  }

  public func encode(to encoder: any Encoder) throws {
    var members = encoder.container(keyedBy: Key.self)
    try members.encode(isRunning, forKey: .isRunning)
    try members.encode(machines, forKey: .machines)
    try members.encode(seed, forKey: .seed)
    try members.encode(rates, forKey: .rates)
    try members.encode(faults, forKey: .faults)
    if !scenario.events.isEmpty { try members.encode(scenario, forKey: .scenario) }
    try members.encodeIfPresent(transition, forKey: .transition)
  }
}

extension Rates: Codable {
  private enum Key: String, CodingKey {
    case powerHertz = "power_hz"
    case stateChange = "state_change_seconds"
    case error = "error_seconds"
  }

  public init(from decoder: any Decoder) throws {
    let members = try decoder.container(keyedBy: Key.self)
    let powerHertz = try members.decode(Int.self, forKey: .powerHertz)
    let stateChange = try members.decode(IntervalRange.self, forKey: .stateChange)
    let error = try members.decode(IntervalRange.self, forKey: .error)
    do {
      try self.init(powerHertz: powerHertz, stateChange: stateChange, error: error)
    } catch {
      throw DecodingError.dataCorruptedError(
        forKey: .powerHertz, in: members, debugDescription: error.description)
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var members = encoder.container(keyedBy: Key.self)
    try members.encode(powerHertz, forKey: .powerHertz)
    try members.encode(stateChange, forKey: .stateChange)
    try members.encode(error, forKey: .error)
  }
}

extension Rates.IntervalRange: Codable {
  private enum Key: String, CodingKey { case min, max }

  public init(from decoder: any Decoder) throws {
    let members = try decoder.container(keyedBy: Key.self)
    let min = try members.decode(Double.self, forKey: .min)
    let max = try members.decode(Double.self, forKey: .max)
    do {
      try self.init(min: min, max: max)
    } catch {
      throw DecodingError.dataCorrupted(
        .init(codingPath: decoder.codingPath, debugDescription: error.description))
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var members = encoder.container(keyedBy: Key.self)
    try members.encode(min, forKey: .min)
    try members.encode(max, forKey: .max)
  }
}

extension Fault: Codable {
  private enum Key: String, CodingKey {
    case machine, code, until
    case time = "timestamp"
  }

  public init(from decoder: any Decoder) throws {
    let members = try decoder.container(keyedBy: Key.self)
    let code = try members.decode(Int.self, forKey: .code)
    guard Fault.codes.contains(code) else {
      throw DecodingError.dataCorruptedError(
        forKey: .code, in: members, debugDescription: "must be from 1 to 100 (got \(code))")
    }
    let name = try members.decode(String.self, forKey: .machine)
    guard let machine = Plan.machineNumber(name) else {
      throw DecodingError.dataCorruptedError(
        forKey: .machine, in: members, debugDescription: "invalid machine name \"\(name)\"")
    }
    let time = try members.decodeTimestamp(.time)
    let hasEnd = try members.decodeIfPresent(String.self, forKey: .until) != nil
    let end = hasEnd ? try members.decodeTimestamp(.until) : nil
    if let end, end - time < Fault.minStopDuration {
      throw DecodingError.dataCorruptedError(
        forKey: .until, in: members, debugDescription: "must be at least 10 ms after timestamp")
    }
    self.init(machine: machine, code: code, time: time, end: end)
  }

  public func encode(to encoder: any Encoder) throws {
    var members = encoder.container(keyedBy: Key.self)
    try members.encode(Plan.machineName(machine), forKey: .machine)
    try members.encode(code, forKey: .code)
    try members.encode(time.description, forKey: .time)
    try members.encodeIfPresent(end?.description, forKey: .until)
  }
}

extension PlanTransition: Codable {
  private enum Key: String, CodingKey {
    case working
    case time = "timestamp"
  }

  public init(from decoder: any Decoder) throws {
    let members = try decoder.container(keyedBy: Key.self)
    let digits = try members.decode(String.self, forKey: .working)
    guard digits.utf8.count <= Plan.machineCounts.upperBound,
      digits.utf8.allSatisfy({ $0 == 0x30 || $0 == 0x31 })
    else {
      throw DecodingError.dataCorruptedError(
        forKey: .working, in: members, debugDescription: "must be a 0 or 1 per machine")
    }
    self.init(at: try members.decodeTimestamp(.time), working: digits.utf8.map { $0 == 0x31 })
  }

  public func encode(to encoder: any Encoder) throws {
    var members = encoder.container(keyedBy: Key.self)
    try members.encode(time.description, forKey: .time)
    // One digit per machine, of which there may be ten thousand.
    try members.encode(String(working.map { $0 ? "1" : "0" }), forKey: .working)
  }
}

extension KeyedDecodingContainer {
  fileprivate func decodeTimestamp(_ key: Key) throws -> Timestamp {
    let text = try decode(String.self, forKey: key)
    guard let time = Timestamp(text) else {
      throw DecodingError.dataCorruptedError(
        forKey: key, in: self, debugDescription: "invalid RFC 3339 time \"\(text)\"")
    }
    return time
  }
}
