/// A part of the way that readings and questions take, and whether it works.
struct Hop: Equatable {
  enum State: String, Encodable {
    case good
    /// It works; there is something to know about it.
    case note
    case bad
    /// Nothing can be said of it.
    case unknown
  }

  let name: String
  let state: State
  /// What it took; nil where nothing was measured.
  var time: Duration?
  /// What was found, in a few words.
  var text = ""
  /// What to do about it.
  var advice: String?

  /// It was not reached, as one before it is bad.
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

/// All of the way, in order.
struct Examination: Encodable, Equatable {
  var hops: [Hop] = []

  /// The first thing to mend; nil when all is well.
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
  init(_ examination: Examination) {
    self.init(
      [
        Column("hop"), Column("state"), Column("time", .decimal), Column(""),
        Column("", .wrapped),
      ],
      rows: examination.hops.map { hop in
        [
          Cell(hop.name), Cell(hop.state.word, hop.state.style),
          Cell(hop.time.map { (Double($0.microseconds) / 1000).fixed(1) } ?? ""),
          Cell(hop.time == nil ? "" : "ms"), Cell(hop.text),
        ]
      })
  }
}

extension Table {
  /// What could be done although nothing is bad.
  init(adviceOf examination: Examination) {
    self.init(
      properties: examination.hops.filter { $0.state != .bad }.compactMap { hop in
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
