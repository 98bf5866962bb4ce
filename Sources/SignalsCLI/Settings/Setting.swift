/// A value and its origin.
struct Setting<Value: Equatable>: Equatable {
  let value: Value
  let origin: SettingSource
}

/// Where the value of a setting comes from.
enum SettingSource: Equatable, CustomStringConvertible {
  /// `--url`
  case option(String)
  /// `SIGNALS_URL`
  case variable(String)
  /// The context's name.
  case context(String)
  case standard

  var description: String {
    switch self {
    case .option(let name), .variable(let name): name
    case .context(let name): "context \(name)"
    case .standard: "default"
    }
  }
}
