import Signals

/// Follows a type for a person, on a screen of its own.
struct LiveWatch: ~Copyable {
  /// The axis of time moves on, and ages grow, whether something comes or not.
  private static let longestRest = Duration.seconds(1)

  private var api: SignalsAPI
  private var view: LiveView
  /// The asked-for type first.
  private var followed: [FollowedType]
  private let interval: Duration
  private let keys = LiveKeys()
  private var outage = Outage()
  private var trouble = ""
  private var isUnitKnown = false

  init(
    _ api: consuming SignalsAPI, _ readings: ReadingOptions, interval: Duration, view: LiveView
  ) {
    self.api = api
    self.view = view
    self.interval = interval
    let types =
      [readings.type] + [LiveView.stateType, LiveView.errorType].filter { $0 != readings.type }
    followed = types.map {
      FollowedType(
        $0, machine: readings.machine, interval: interval, first: FollowedType.limit)
    }
  }

  /// Goes on until somebody has seen enough.
  ///
  /// - Throws: ``Failure`` when the same request would fail for ever; the terminal is itself again.
  mutating func run() throws(Failure) {
    api.attention = keys.attention
    let terminal = LiveTerminal()
    while true {
      try ask()
      guard !keys.isDone, terminal.draw(lines()) else { return }
      let due = followed.map(\.due).min() ?? .now
      keys.wait(until: min(due, .now + Self.longestRest))
    }
  }

  private mutating func lines() -> [String] {
    view.trouble = outage.length(at: .now).map { length in
      "no answer for \(duration(microseconds: length.microseconds)): \(trouble)"
    }
    return view.lines(at: .now, for: .standardOutput)
  }

  private mutating func ask() throws(Failure) {
    var index = 0
    while index < followed.count, !keys.isDone {
      if followed[index].due <= .now, !(try ask(&index)) { return }
      index += 1
    }
  }

  /// Whether it makes sense to ask for the next type.
  private mutating func ask(_ index: inout Int) throws(Failure) -> Bool {
    do {
      let news = try followed[index].ask(&api)
      view.readings.take(news, ofType: followed[index].type, at: .now)
      _ = outage.end(at: .now)
      if !isUnitKnown {
        isUnitKnown = true
        view.unit = api.unit(ofType: followed[0].type)
      }
      return true
    } catch {
      if keys.isDone { return false }
      // A server need not know states and errors.
      if index > 0, error.isAboutRequest, error.passesAfter == nil {
        followed.remove(at: index)
        index -= 1
        return true
      }
      let (pause, _) = try outage.begin(with: error, at: .now, interval: interval)
      trouble = error.reason
      for index in followed.indices { followed[index].due = .now + pause }
      return false
    }
  }
}
