/// What can be set on the producer, in the order in which it is shown.
enum ProducerSetting: CaseIterable {
  case machines
  case seed
  case powerHz
  case stateChangeSeconds
  case errorSeconds
}

/// New settings; nil leaves one as it is.
struct ProducerChange: Encodable {
  struct Rates: Encodable {
    var powerHz: Double?
    var stateChangeSeconds: SecondsRange?
    var errorSeconds: SecondsRange?

    private enum CodingKeys: String, CodingKey {
      case powerHz = "power_hz"
      case stateChangeSeconds = "state_change_seconds"
      case errorSeconds = "error_seconds"
    }
  }

  var machines: Int?
  var seed: UInt64?
  var rates: Rates

  /// The settings that it changes.
  var asked: Set<ProducerSetting> {
    Set(
      ProducerSetting.allCases.filter {
        switch $0 {
        case .machines: machines != nil
        case .seed: seed != nil
        case .powerHz: rates.powerHz != nil
        case .stateChangeSeconds: rates.stateChangeSeconds != nil
        case .errorSeconds: rates.errorSeconds != nil
        }
      })
  }

  private enum CodingKeys: String, CodingKey {
    case machines
    case seed
    case rates
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encodeIfPresent(machines, forKey: .machines)
    try container.encodeIfPresent(seed, forKey: .seed)
    if !asked.isDisjoint(with: [.powerHz, .stateChangeSeconds, .errorSeconds]) {
      try container.encode(rates, forKey: .rates)
    }
  }
}

/// An error for a machine to report.
struct FaultOrder: Encodable {
  let machine: String
  let code: Int
  let stopSeconds: Double?

  private enum CodingKeys: String, CodingKey {
    case machine
    case code
    case stopSeconds = "stop_seconds"
  }
}
