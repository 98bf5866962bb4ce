/// The result of a check.
struct ProbeReport: Equatable {
  enum Format: String, CaseIterable {
    /// The Monitoring Plugins format, for Nagios, Icinga and others.
    case nagios
    /// The Prometheus text format, for a textfile collector.
    case prometheus
    case json
  }

  /// The guidelines' limit: pagers cut longer texts.
  static let longestText = 79

  var probeStatus: ProbeStatus
  /// One line.
  var text: String
  var measurements: [Measurement] = []
  /// More lines, for verbose output.
  var details: [String] = []

  /// Takes the worst verdict of the measurements.
  ///
  /// - Parameter verdicts: Further verdicts to consider.
  init(_ text: String, _ measurements: [Measurement], besides statuses: [ProbeStatus] = []) {
    probeStatus = .worst(measurements.map(\.probeStatus) + statuses)
    self.text = text
    self.measurements = measurements
  }

  init(_ probeStatus: ProbeStatus, _ text: String) {
    self.probeStatus = probeStatus
    self.text = text
  }

  /// A failed request: critical when the service is at fault, unknown when the request is.
  init(_ failure: Failure) {
    let isOurs = failure.isAboutRequest || failure.status != .failed
    self.init(isOurs ? .unknown : .critical, failure.reason)
    details = [failure.message] + (failure.advice.map { ["try: \($0)"] } ?? [])
  }

  /// - Parameter warningIsOK: For callers that know only success and failure.
  func exitStatus(warningIsOK: Bool) -> Int32 {
    warningIsOK && probeStatus == .warning ? ProbeStatus.ok.rawValue : probeStatus.rawValue
  }

  /// - Parameters:
  ///   - subject: The labels: `("check", "fresh")`, `("type", "power")`.
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
