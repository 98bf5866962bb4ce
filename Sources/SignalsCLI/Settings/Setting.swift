/// A value and who gave it.
struct Setting<Value: Equatable>: Equatable {
  let value: Value
  let origin: Origin
}

/// Who gave a setting its value.
enum Origin: Equatable, CustomStringConvertible {
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
