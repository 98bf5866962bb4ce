/// What a probe has found.
struct ProbeReport: Equatable {
  enum Format: String, CaseIterable {
    /// Nagios, Icinga and what else speaks the Monitoring Plugins' language.
    case nagios
    /// Prometheus' text format, for a textfile collector.
    case prometheus
    case json
  }

  /// Beyond this, says the guideline, pagers cut it off.
  static let longestText = 79

  var verdict: Verdict
  /// One line, in words.
  var text: String
  var measurements: [Measurement] = []
  /// More lines, for somebody who asks for them.
  var details: [String] = []

  /// Judged by what was measured.
  ///
  /// - Parameter verdicts: What speaks against it besides.
  init(_ text: String, _ measurements: [Measurement], besides verdicts: [Verdict] = []) {
    verdict = .worst(measurements.map(\.verdict) + verdicts)
    self.text = text
    self.measurements = measurements
  }

  init(_ verdict: Verdict, _ text: String) {
    self.verdict = verdict
    self.text = text
  }

  /// Nothing could be measured: what is wrong with the service is critical, and what is wrong with the
  /// question is unknown.
  init(_ failure: Failure) {
    let isOurs = failure.isAboutRequest || failure.status != .failed
    self.init(isOurs ? .unknown : .critical, failure.reason)
    details = [failure.message] + (failure.advice.map { ["try: \($0)"] } ?? [])
  }

  /// - Parameter warningIsOK: For those who know good and bad alone.
  func exitStatus(warningIsOK: Bool) -> Int32 {
    warningIsOK && verdict == .warning ? Verdict.ok.rawValue : verdict.rawValue
  }

  /// - Parameters:
  ///   - subject: What was asked: `("check", "fresh")`, `("type", "power")`.
  ///   - isVerbose: Whether the details are shown.
  func text(as format: Format, about subject: [(name: String, value: String)], isVerbose: Bool)
    -> String
  {
    switch format {
    case .nagios: nagios(isVerbose: isVerbose)
    case .prometheus: prometheus(subject)
    case .json: json(subject)
    }
  }
}
