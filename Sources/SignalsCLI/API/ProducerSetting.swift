import SignalsAPI

/// What can be set on the producer, in the order in which it is shown.
enum ProducerSetting: CaseIterable {
  case machines
  case seed
  case powerHz
  case stateChangeSeconds
  case errorSeconds
}

extension API.ProducerChange {
  /// The settings that it changes.
  var asked: Set<ProducerSetting> {
    Set(
      ProducerSetting.allCases.filter {
        switch $0 {
        case .machines: machines != nil
        case .seed: seed != nil
        case .powerHz: rates?.powerHz != nil
        case .stateChangeSeconds: rates?.stateChangeSeconds != nil
        case .errorSeconds: rates?.errorSeconds != nil
        }
      })
  }
}
