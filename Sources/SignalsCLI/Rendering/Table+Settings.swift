import SignalsAPI

extension Table {
  /// The effective settings and their sources.
  init(settings: ClientSettings) {
    let entries = SettingListing(settings).settings
    self.init(
      [Column("setting"), Column("value"), Column("from")],
      rows: entries.map { entry in
        [
          Cell(entry.name),
          Cell(entry.value ?? entry.absence, entry.value == nil ? .faint : .plain),
          Cell(entry.from, .faint),
        ]
      })
  }

  /// The contexts by name; a star marks the current one.
  init(contexts file: ContextFile) {
    self.init(
      [Column(""), Column("context"), Column("url"), Column("token file")],
      rows: file.contexts.sorted { $0.key < $1.key }.map { name, context in
        [
          Cell(name == file.current ? "*" : ""), Cell(name), Cell(context.url),
          Cell(context.tokenFile ?? ""),
        ]
      })
  }
}

/// What `signals-cli config` shows.
struct SettingListing: Encodable {
  struct Entry: Encodable {
    let name: String
    /// nil when it is not set.
    let value: String?
    let from: String
    /// Shown in tables when there is no value.
    let absence: String

    private enum CodingKeys: String, CodingKey {
      case name
      case value
      case from
    }

    init<Value>(
      _ name: String, _ setting: Setting<Value>?, absence: String = "none",
      _ text: (Value) -> String
    ) {
      self.name = name
      value = setting.map { text($0.value) }
      from = (setting?.origin ?? .standard).description
      self.absence = absence
    }
  }

  let settings: [Entry]

  init(_ settings: ClientSettings) {
    self.settings = [
      Entry("context", settings.context) { $0 },
      Entry("url", settings.url) { $0 },
      Entry("cacert", settings.authorityFile, absence: "system") { $0 },
      Entry("cert", settings.certificateFile) { $0 },
      Entry("key", settings.keyFile) { $0 },
      Entry("token", settings.token) { token in
        switch token {
        case .file(let path): "in \(path)"
        case .variable: "set"
        }
      },
      Entry("timeout", settings.timeout) { "\($0.withoutExponent) s" },
      Entry("retry", settings.retries) { "\($0)" },
      Entry(
        "insecure",
        settings.isInsecure ? Setting(value: true, origin: .option("--insecure")) : nil,
        absence: "no"
      ) { _ in "yes" },
    ]
  }
}

/// What `signals-cli context list` shows.
struct ContextListing: Encodable {
  let current: String?
  let contexts: [String: Context]

  init(_ file: ContextFile) {
    current = file.current
    contexts = file.contexts
  }
}
