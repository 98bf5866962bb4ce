/// The effective settings: options override the environment, which overrides the current context.
///
/// A URL from elsewhere disables the current context altogether: its token and CA are for its own
/// server. `--context` is an option, and overrides the environment.
struct ClientSettings: Equatable {
  static let defaultURL = "http://127.0.0.1:8080"
  static let defaultTimeout = 10.0
  static let retryCounts = 0...100

  enum Token: Equatable {
    case file(String)
    /// The variable that contains the token itself.
    case variable(String)
  }

  /// The context in use.
  let context: Setting<String>?
  let url: Setting<String>
  let authorityFile: Setting<String>?
  let certificateFile: Setting<String>?
  let keyFile: Setting<String>?
  let token: Setting<Token>?
  let timeout: Setting<Double>
  let retries: Setting<Int>
  let isInsecure: Bool

  static func isTimeout(_ seconds: Double) -> Bool { seconds.isFinite && seconds > 0 }

  /// - Parameters:
  ///   - environment: Also locates the context file, which is read only when a context may apply.
  init(_ given: Given, environment: @escaping (String) -> String?) throws(Failure) {
    let chosen = try ChosenContext(given, environment)
    let source = Sources(chosen: chosen, environment: environment)
    context = chosen.name
    url =
      source.text(given.url, "--url", "SIGNALS_URL") { $0.url }
      ?? Setting(value: Self.defaultURL, origin: .standard)
    authorityFile = source.file(given.cacert, "--cacert", "SIGNALS_CACERT") { $0.cacert }
    certificateFile = source.file(given.cert, "--cert", "SIGNALS_CERT") { $0.cert }
    keyFile = source.file(given.key, "--key", "SIGNALS_KEY") { $0.key }
    token = source.token(given.tokenFile)
    self.timeout =
      try source.number(
        given.timeout, "--timeout", "SIGNALS_TIMEOUT", "a positive number of seconds",
        Self.isTimeout, { Double($0) }, { $0.timeout })
      ?? Setting(value: Self.defaultTimeout, origin: .standard)
    retries =
      try source.number(
        given.retry, "--retry", "SIGNALS_RETRY", "an integer from 0 to 100",
        { Self.retryCounts.contains($0) }, { Int($0) }, { $0.retry })
      ?? Setting(value: 0, origin: .standard)
    isInsecure = given.insecure
  }
}

extension ClientSettings {
  /// The settings of one context, ignoring everything else.
  init(_ context: Context, named name: String) {
    func setting<Value>(_ value: Value) -> Setting<Value> {
      Setting(value: value, origin: .context(name))
    }
    self.context = setting(name)
    url = setting(context.url)
    authorityFile = context.cacert.map(setting)
    certificateFile = context.cert.map(setting)
    keyFile = context.key.map(setting)
    token = context.tokenFile.map { setting(.file($0)) }
    timeout = setting(context.timeout ?? Self.defaultTimeout)
    retries = setting(context.retry ?? 0)
    isInsecure = false
  }
}

/// The context in use, if any.
private struct ChosenContext {
  var name: Setting<String>?
  var file: ContextFile?
  var context: Context?

  init(_ given: ClientSettings.Given, _ environment: (String) -> String?) throws(Failure) {
    if let asked = given.context {
      try choose(asked, .option("--context"), "--context", environment)
    } else if given.url == nil, environment("SIGNALS_URL") == nil {
      if let asked = environment("SIGNALS_CONTEXT") {
        try choose(asked, .variable("SIGNALS_CONTEXT"), "SIGNALS_CONTEXT", environment)
      } else {
        let file = try ContextFile(environment: environment)
        guard let current = file.current else { return }
        self.file = file
        name = Setting(value: current, origin: .standard)
        context = try file.context(named: current, by: file.path ?? "")
      }
    }
  }

  private mutating func choose(
    _ asked: String, _ origin: SettingSource, _ by: String, _ environment: (String) -> String?
  ) throws(Failure) {
    let file = try ContextFile(environment: environment)
    context = try file.context(named: asked, by: by)
    self.file = file
    name = Setting(value: asked, origin: origin)
  }

  /// Whether it overrides the environment.
  var isOption: Bool {
    if case .option = name?.origin { true } else { false }
  }
}

/// The sources of a setting in order of precedence.
private struct Sources {
  let chosen: ChosenContext
  let environment: (String) -> String?

  func text(
    _ option: String?, _ name: String, _ variable: String, _ member: (Context) -> String?
  ) -> Setting<String>? {
    if let option { return Setting(value: option, origin: .option(name)) }
    let given = environment(variable).map { Setting(value: $0, origin: .variable(variable)) }
    let kept = ofContext(member)
    return chosen.isOption ? kept ?? given : given ?? kept
  }

  func file(
    _ option: String?, _ name: String, _ variable: String, _ member: (Context) -> String?
  ) -> Setting<String>? {
    text(option, name, variable) { context in
      member(context).map { chosen.file?.resolved($0) ?? $0 }
    }
  }

  func token(_ option: String?) -> Setting<ClientSettings.Token>? {
    func file(_ setting: Setting<String>) -> Setting<ClientSettings.Token> {
      Setting(value: .file(setting.value), origin: setting.origin)
    }
    if let option { return file(Setting(value: option, origin: .option("--token-file"))) }
    let kept = ofContext { $0.tokenFile.map { chosen.file?.resolved($0) ?? $0 } }.map(file)
    if chosen.isOption, let kept { return kept }
    if environment("SIGNALS_TOKEN") != nil {
      return Setting(value: .variable("SIGNALS_TOKEN"), origin: .variable("SIGNALS_TOKEN"))
    }
    return environment("SIGNALS_TOKEN_FILE").map {
      file(Setting(value: $0, origin: .variable("SIGNALS_TOKEN_FILE")))
    } ?? kept
  }

  func number<Number: Equatable>(
    _ option: Number?, _ name: String, _ variable: String, _ expected: String,
    _ isAccepted: (Number) -> Bool, _ read: (String) -> Number?, _ member: (Context) -> Number?
  ) throws(Failure) -> Setting<Number>? {
    if let option { return Setting(value: option, origin: .option(name)) }
    let kept = ofContext(member)
    if let kept, !isAccepted(kept.value) {
      throw Failure(
        .configuration, "\(kept.origin): \(name.dropFirst(2)) must be \(expected)")
    }
    guard let text = environment(variable), !(chosen.isOption && kept != nil) else { return kept }
    guard let number = read(text), isAccepted(number) else {
      throw Failure(.usage, "\(variable) must be \(expected) (got \"\(text)\")")
    }
    return Setting(value: number, origin: .variable(variable))
  }

  private func ofContext<Value: Equatable>(_ member: (Context) -> Value?) -> Setting<Value>? {
    guard let context = chosen.context, let name = chosen.name?.value else { return nil }
    return member(context).map { Setting(value: $0, origin: .context(name)) }
  }
}
