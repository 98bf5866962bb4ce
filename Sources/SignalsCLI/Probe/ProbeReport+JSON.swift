import SignalsAPI

extension ProbeReport {
  /// An object on one line.
  func json(_ subject: [(name: String, value: String)]) -> String {
    let object = Document(
      subject: Dictionary(subject.map { ($0.name, $0.value) }) { $1 }, status: probeStatus.name,
      code: probeStatus.rawValue, text: text, details: details,
      measurements: measurements.map(Document.Measured.init))
    // Strings and finite numbers can always be encoded.
    return String(decoding: (try? JSONText.line(object)) ?? [], as: UTF8.self)
  }

  private struct Document: Encodable {
    let subject: [String: String]
    let status: String
    let code: Int32
    let text: String
    let details: [String]
    let measurements: [Measured]

    struct Measured: Encodable {
      let label: String
      let value: Double
      let unit: String
      let warning: String?
      let critical: String?
      let min: Double?
      let max: Double?

      init(_ measurement: Measurement) {
        label = measurement.label
        value = measurement.value
        unit = measurement.unit.rawValue
        warning = measurement.warning?.description
        critical = measurement.critical?.description
        min = measurement.minimum
        max = measurement.maximum
      }
    }
  }
}
