import SignalsAPI

extension OutputOptions {
  /// Changes the producer and shows the difference, or in JSON the new state as the server sent it.
  ///
  /// - Parameters:
  ///   - asked: Settings to show in a table even when unchanged.
  ///   - loss: The question to confirm first; nil when nothing is lost.
  func showChange(
    with api: inout SignalsClient, including asked: Set<ProducerSetting> = [],
    confirming confirmation: ConfirmationOptions? = nil,
    _ loss: (API.Producer) -> Confirmation? = { _ in nil },
    _ act: (inout SignalsClient) throws(Failure) -> APIResponse<API.Producer>
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

extension Confirmation {
  /// nil when no machine is running.
  init?(stopping producer: API.Producer) {
    guard producer.state != "stopped" else { return nil }
    let machines = count(producer.machines, "machine")
    self.init("no readings will be produced until the next start", "Stop \(machines)?")
  }

  /// nil when every machine continues.
  init?(changing producer: API.Producer, by change: API.ProducerChange) {
    var losses: [String] = []
    if let machines = change.machines, machines < producer.machines {
      losses.append("\(count(producer.machines - machines, "machine")) will be removed")
    }
    if let seed = change.seed, seed != producer.seed {
      losses.append("the readings of seed \(producer.seed) will end")
    }
    guard !losses.isEmpty else { return nil }
    self.init(losses.joined(separator: " and "), "Continue?")
  }
}
