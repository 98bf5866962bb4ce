extension OutputOptions {
  /// Acts on the producer, and shows what that changed: to a program the state afterwards as it came.
  ///
  /// - Parameters:
  ///   - asked: Settings to show a person even when they are as before.
  ///   - loss: What somebody has to be asked about before; nil when nothing can be lost.
  func showChange(
    with api: inout SignalsAPI, including asked: Set<ProducerSetting> = [],
    confirming confirmation: ConfirmationOptions? = nil,
    _ loss: (ProducerState) -> Question? = { _ in nil },
    _ act: (inout SignalsAPI) throws(Failure) -> Answer<ProducerState>
  ) throws(Failure) {
    let mayAsk = confirmation.map { !$0.yes } ?? false
    guard format == .table || mayAsk else {
      try StandardOutput.write(try act(&api).json())
      return
    }
    let before = try api.producer().content()
    if let question = loss(before) { try confirmation?.ask(question) }
    let answer = try act(&api)
    switch format {
    case .json: try StandardOutput.write(try answer.json())
    case .table:
      let table = Table(producer: before, became: try answer.content(), asked: asked)
      try StandardOutput.write(table.text(for: .standardOutput))
    }
  }
}

extension Question {
  /// nil when no machine runs.
  init?(stopping producer: ProducerState) {
    guard producer.state != "stopped" else { return nil }
    let machines = count(producer.machines, "machine")
    self.init(
      "What \(producer.machines == 1 ? "a machine" : "machines") would have given off until the next "
        + "start is lost.", "Stop \(machines)?")
  }

  /// nil when every machine goes on as it was.
  init?(changing producer: ProducerState, by change: ProducerChange) {
    var losses: [String] = []
    if let machines = change.machines, machines < producer.machines {
      losses.append("\(count(producer.machines - machines, "machine")) will give off nothing more.")
    }
    if let seed = change.seed, seed != producer.seed {
      losses.append("The readings of seed \(producer.seed) end here.")
    }
    guard !losses.isEmpty else { return nil }
    self.init(losses.joined(separator: " "), "Go on?")
  }
}
