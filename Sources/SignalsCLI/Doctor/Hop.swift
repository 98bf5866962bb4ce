/// A part of the path between client and machines, and its state.
struct Hop: Equatable {
  enum State: String, Encodable {
    case good
    /// Working, with a remark.
    case note
    case bad
    /// Not checked.
    case unknown
  }

  let name: String
  let state: State
  /// nil when nothing was measured.
  var time: Duration?
  /// The finding, in a few words.
  var text = ""
  /// What to do about it.
  var advice: String?

  /// Not reached, as a hop before it is bad.
  static func unreached(_ name: String) -> Hop { Hop(name: name, state: .unknown) }
}

extension Hop: Encodable {
  private enum CodingKeys: String, CodingKey {
    case name
    case state
    case seconds
    case text
    case advice
  }

  func encode(to encoder: any Encoder) throws {
    var members = encoder.container(keyedBy: CodingKeys.self)
    try members.encode(name, forKey: .name)
    try members.encode(state, forKey: .state)
    try members.encode(time.map { Double($0.microseconds) / 1_000_000 }, forKey: .seconds)
    try members.encode(text, forKey: .text)
    try members.encode(advice, forKey: .advice)
  }
}

/// All hops in order.
struct Diagnosis: Encodable, Equatable {
  var hops: [Hop] = []

  /// The first bad hop; nil when there is none.
  var firstBad: Hop? { hops.first { $0.state == .bad } }

  private enum CodingKeys: String, CodingKey {
    case hops
    case isGood = "is_good"
  }

  func encode(to encoder: any Encoder) throws {
    var members = encoder.container(keyedBy: CodingKeys.self)
    try members.encode(hops, forKey: .hops)
    try members.encode(firstBad == nil, forKey: .isGood)
  }
}

extension Table {
  init(_ diagnosis: Diagnosis) {
    self.init(
      [
        Column("hop"), Column("state"), Column("time", .decimal), Column(""),
        Column("", .wrapped),
      ],
      rows: diagnosis.hops.map { hop in
        [
          Cell(hop.name), Cell(hop.state.word, hop.state.style),
          Cell(hop.time.map { (Double($0.microseconds) / 1000).fixed(1) } ?? ""),
          Cell(hop.time == nil ? "" : "ms"), Cell(hop.text),
        ]
      })
  }
}

extension Table {
  /// The advice for hops that are not bad.
  init(adviceOf diagnosis: Diagnosis) {
    self.init(
      properties: diagnosis.hops.filter { $0.state != .bad }.compactMap { hop in
        hop.advice.map { (name: hop.name, value: Cell("try: \($0)")) }
      })
  }
}

extension Hop.State {
  fileprivate var word: String { self == .unknown ? "-" : rawValue }

  fileprivate var style: Style {
    switch self {
    case .good: .good
    case .note: .warning
    case .bad: .bad
    case .unknown: .faint
    }
  }
}
