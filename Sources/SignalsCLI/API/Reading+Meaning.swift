import SignalsAPI

/// What is asked for most, by its name alone.
typealias Reading = API.Reading

extension Reading {
  /// Types whose values are not amounts. All others are rows of the server's table and nothing else.
  enum Kind {
    case state
    case error
    case amount

    init(ofType type: String) {
      switch type {
      case "state_change": self = .state
      case "error": self = .error
      default: self = .amount
      }
    }
  }

  var kind: Kind { Kind(ofType: type) }

  /// What the value of a state stands for.
  var word: String? {
    kind == .state ? Reading.word(ofState: value) : nil
  }

  static func word(ofState value: Double) -> String? {
    switch value {
    case 0: return "stopped"
    case 1: return "working"
    default: return nil
    }
  }

  /// How its value stands out.
  var style: Style {
    switch kind {
    case .error: .bad
    case .state: value == 1 ? .good : .warning
    case .amount: .plain
    }
  }
}
