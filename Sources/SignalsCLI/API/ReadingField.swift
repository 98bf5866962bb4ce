import SignalsAPI
import Spelling
import Time

/// A part of a reading, named as in the API.
enum ReadingField: String, CaseIterable {
  case id
  case type = "signal_type"
  case value
  case timestamp
  case machine

  /// What a table shows unasked: its type is what was asked for.
  static let ofTables: [ReadingField] = [.id, .timestamp, .machine, .value]

  /// Reads `id,timestamp,value`.
  ///
  /// - Throws: ``Failure`` that names what was wrong and lists what there is.
  static func list(_ text: String) throws(Failure) -> [ReadingField] {
    var fields: [ReadingField] = []
    for name in text.split(separator: ",", omittingEmptySubsequences: false).map(String.init) {
      guard let field = ReadingField(rawValue: name) else {
        let names = allCases.map(\.rawValue)
        let meant = closest(to: name, among: names).map { "did you mean \($0)? " } ?? ""
        throw Failure(
          .usage, "--fields has no field '\(name)'",
          advice: "\(meant)The fields are \(names.joined(separator: ", "))")
      }
      guard !fields.contains(field) else {
        throw Failure(.usage, "--fields names '\(name)' twice", advice: "each field once")
      }
      fields.append(field)
    }
    return fields
  }
}
