import Time

/// What befalls the machines when, as the producer has it.
struct ScenarioState: Decodable, Equatable {
  /// Something at one moment.
  struct Event: Equatable {
    enum Action: Equatable {
      case fault(code: Int, stopSeconds: Double?)
      case stop(seconds: Double)
      /// Without an end it stays.
      case load(factor: Double, seconds: Double?)
    }

    let time: Timestamp
    /// nil for all.
    let machines: [String]?
    let action: Action
  }

  let events: [Event]
}

extension ScenarioState.Event: Decodable {
  private enum CodingKeys: CodingKey { case at, machines, fault, stop, load }

  private struct Numbers: Decodable {
    let code: Int?
    let stopSeconds: Double?
    let seconds: Double?
    let factor: Double?

    private enum CodingKeys: String, CodingKey {
      case code, seconds, factor
      case stopSeconds = "stop_seconds"
    }
  }

  init(from decoder: any Decoder) throws {
    let members = try decoder.container(keyedBy: CodingKeys.self)
    time = try members.decode(Timestamp.self, forKey: .at)
    machines = try? members.decode([String].self, forKey: .machines)
    if let fault = try members.decodeIfPresent(Numbers.self, forKey: .fault), let code = fault.code
    {
      action = .fault(code: code, stopSeconds: fault.stopSeconds)
    } else if let stop = try members.decodeIfPresent(Numbers.self, forKey: .stop),
      let seconds = stop.seconds
    {
      action = .stop(seconds: seconds)
    } else if let load = try members.decodeIfPresent(Numbers.self, forKey: .load),
      let factor = load.factor
    {
      action = .load(factor: factor, seconds: load.seconds)
    } else {
      throw DecodingError.dataCorrupted(
        .init(codingPath: decoder.codingPath, debugDescription: "an event without an action"))
    }
  }
}
