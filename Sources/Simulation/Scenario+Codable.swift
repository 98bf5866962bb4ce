internal import Time

/// Scenarios are written by users and stored on disk with the plan, so their JSON is a stable format.
///
/// Each event is an object with either `at` or `after_seconds`, with `machines`, and with one of
/// `fault`, `stop` and `load`. Unknown members are not detected here.
extension Scenario: Codable {
  enum Key: String, CodingKey, CaseIterable { case events }

  public init(from decoder: any Decoder) throws {
    let members = try decoder.container(keyedBy: Key.self)
    events = try members.decode([Event].self, forKey: .events)
    guard events.count <= Scenario.maxEvents else {
      throw members.refusal(
        .events, "must have at most \(Scenario.maxEvents) elements (got \(events.count))")
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var members = encoder.container(keyedBy: Key.self)
    try members.encode(events, forKey: .events)
  }
}

extension Scenario.Event: Codable {
  enum Key: String, CodingKey, CaseIterable {
    case at
    case after = "after_seconds"
    case machines, fault, stop, load
  }

  private enum FaultKey: String, CodingKey {
    case code
    case stop = "stop_seconds"
  }

  private enum StopKey: String, CodingKey { case seconds }

  private enum LoadKey: String, CodingKey { case factor, seconds }

  public init(from decoder: any Decoder) throws {
    let members = try decoder.container(keyedBy: Key.self)
    moment = try Scenario.Event.moment(members)
    machines = try members.decode(Scenario.Machines.self, forKey: .machines)
    action = try Scenario.Event.action(members)
  }

  private static func moment(_ members: KeyedDecodingContainer<Key>) throws -> Scenario.Moment {
    guard members.contains(.at) != members.contains(.after) else {
      throw DecodingError.typeMismatch(
        Scenario.Event.self,
        .init(
          codingPath: members.codingPath,
          debugDescription: "must have either at or after_seconds"))
    }
    if members.contains(.after) {
      return .after(try members.microseconds(.after, in: Scenario.delays))
    }
    let text = try members.decode(String.self, forKey: .at)
    guard let time = Timestamp(text) else {
      throw members.refusal(
        .at, "must be a time such as 2026-11-24T10:00:00Z (got \"\(text.prefix(100))\")")
    }
    return .at(time)
  }

  private static func action(_ members: KeyedDecodingContainer<Key>) throws -> Scenario.Action {
    let actions = [Key.fault, .stop, .load].filter { members.contains($0) }
    guard actions.count == 1 else {
      throw DecodingError.typeMismatch(
        Scenario.Event.self,
        .init(
          codingPath: members.codingPath,
          debugDescription: "must have exactly one of fault, stop and load"))
    }
    switch actions[0] {
    case .fault:
      let fault = try members.nestedContainer(keyedBy: FaultKey.self, forKey: .fault)
      let code = try fault.decode(Int.self, forKey: .code)
      guard Fault.codes.contains(code) else {
        throw fault.refusal(.code, "must be an integer from 1 to 100 (got \(code))")
      }
      return .fault(
        code: code, stop: try fault.microsecondsIfPresent(.stop, in: Scenario.durations))
    case .stop:
      let stop = try members.nestedContainer(keyedBy: StopKey.self, forKey: .stop)
      return .stop(try stop.microseconds(.seconds, in: Scenario.durations))
    default:
      let load = try members.nestedContainer(keyedBy: LoadKey.self, forKey: .load)
      let factor = try load.decode(Double.self, forKey: .factor)
      guard Scenario.loadFactors.contains(factor) else {
        throw load.refusal(.factor, "must be a number from 0 to 2 (got \(factor))")
      }
      return .load(
        factor: factor, for: try load.microsecondsIfPresent(.seconds, in: Scenario.durations))
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var members = encoder.container(keyedBy: Key.self)
    switch moment {
    case .at(let time): try members.encode(time.description, forKey: .at)
    case .after(let delay): try members.encode(Double(delay) / 1_000_000, forKey: .after)
    }
    try members.encode(machines, forKey: .machines)
    switch action {
    case .fault(let code, let stop):
      var fault = members.nestedContainer(keyedBy: FaultKey.self, forKey: .fault)
      try fault.encode(code, forKey: .code)
      try fault.encodeIfPresent(stop.map { Double($0) / 1_000_000 }, forKey: .stop)
    case .stop(let duration):
      var stop = members.nestedContainer(keyedBy: StopKey.self, forKey: .stop)
      try stop.encode(Double(duration) / 1_000_000, forKey: .seconds)
    case .load(let factor, let duration):
      var load = members.nestedContainer(keyedBy: LoadKey.self, forKey: .load)
      try load.encode(factor, forKey: .factor)
      try load.encodeIfPresent(duration.map { Double($0) / 1_000_000 }, forKey: .seconds)
    }
  }
}

/// `"all"`, or an array of names.
extension Scenario.Machines: Codable {
  public init(from decoder: any Decoder) throws {
    let value = try decoder.singleValueContainer()
    func refusal(_ text: String) -> DecodingError {
      .typeMismatch(
        Scenario.Machines.self, .init(codingPath: value.codingPath, debugDescription: text))
    }
    if let names = try? value.decode([String].self), !names.isEmpty {
      let numbers = try names.map { name in
        guard let number = Plan.machineNumber(name) else {
          throw refusal("must be names such as machine-1 (got \"\(name.prefix(100))\")")
        }
        return number
      }
      self = .only(numbers)
    } else if (try? value.decode(String.self)) == "all" {
      self = .all
    } else {
      throw refusal(#"must be "all" or an array of names such as ["machine-1"]"#)
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var value = encoder.singleValueContainer()
    switch self {
    case .all: try value.encode("all")
    case .only(let numbers): try value.encode(numbers.map(Plan.machineName))
    }
  }
}

extension KeyedDecodingContainer {
  fileprivate func refusal(_ key: Key, _ text: String) -> DecodingError {
    .typeMismatch(
      Scenario.self, .init(codingPath: codingPath + [key], debugDescription: text))
  }

  /// A duration in seconds.
  fileprivate func microseconds(_ key: Key, in range: ClosedRange<Int64>) throws -> Int64 {
    let seconds = try decode(Double.self, forKey: key)
    let microseconds = seconds * 1_000_000
    let bounds = Double(range.lowerBound)...Double(range.upperBound)
    guard bounds.contains(microseconds) else {
      throw refusal(
        key,
        """
        must be a number from \(bounds.lowerBound / 1_000_000) to \
        \(range.upperBound / 1_000_000) (got \(seconds))
        """)
    }
    return Int64(microseconds.rounded())
  }

  fileprivate func microsecondsIfPresent(_ key: Key, in range: ClosedRange<Int64>) throws -> Int64?
  {
    contains(key) ? try microseconds(key, in: range) : nil
  }
}
