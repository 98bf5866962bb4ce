import SignalsAPI
import Time

/// Follows a type in a full-screen view.
struct LiveWatch: ~Copyable {
  private var api: SignalsClient
  private let screen: LiveScreen
  /// The requested type first.
  private var followed: [FollowedType]
  private let interval: Duration
  private var isUnitKnown = false

  /// Takes over the terminal until it is destroyed.
  init(
    _ api: consuming SignalsClient, _ readings: ReadingOptions, interval: Duration, view: LiveView
  ) {
    self.api = api
    self.interval = interval
    let others = [LiveView.stateType, LiveView.errorType, LiveView.lifeType]
    followed = ([readings.type] + others.filter { $0 != readings.type }).map {
      FollowedType(
        $0, machine: readings.machine, interval: interval, first: FollowedType.limit)
    }
    screen = LiveScreen(view)
    self.api.waitHook = screen.waitHook
  }

  /// Runs until the user quits.
  ///
  /// - Throws: ``Failure`` when the error is permanent.
  mutating func run() throws(Failure) {
    while true {
      try ask()
      guard !screen.isDone else { return }
      screen.drawSoon()
      guard !screen.isDone else { return }
      screen.wait(until: followed.map(\.due).min() ?? .now)
    }
  }

  private mutating func ask() throws(Failure) {
    var index = 0
    while index < followed.count, !screen.isDone {
      if followed[index].due <= .now, !(try ask(&index)) { return }
      index += 1
    }
  }

  /// Whether to continue with the next type.
  private mutating func ask(_ index: inout Int) throws(Failure) -> Bool {
    do {
      screen.begin()
      let update = try followed[index].ask(&api)
      let type = followed[index].type
      screen.view.readings.take(
        update, ofType: type, isShown: screen.view.shows(type), at: .now, followed[index].serverDate
      )
      screen.succeed()
      if !isUnitKnown {
        isUnitKnown = true
        screen.view.unit = api.unit(
          ofType: followed[0].type, told: followed[0].unit)
      }
      return true
    } catch {
      if screen.isDone { return false }
      // The server may not have these types.
      if index > 0, error.isAboutRequest, error.passesAfter == nil {
        screen.succeed()
        followed.remove(at: index)
        index -= 1
        return true
      }
      let pause = try screen.fail(error, interval: interval)
      for index in followed.indices { followed[index].due = .now + pause }
      return false
    }
  }
}
