/// An unambiguous command line: option names in full, each once and separate from its value, and no
/// value that starts with a hyphen.
struct PlainCommandLine {
  private var arguments: [String] = []
  /// Not a dictionary: looking up its keys' conformance at run time takes longer.
  private var options: [(name: String, value: String)] = []
  private var switches: [String] = []

  /// - Parameters:
  ///   - flags: The options without a value.
  /// - Returns: nil for any other line.
  init?(_ words: [String], flags: [String]) {
    var words = words[...]
    while let word = words.popFirst() {
      if !word.hasPrefix("-") {
        arguments.append(word)
      } else if switches.contains(word) || options.contains(where: { $0.name == word }) {
        return nil
      } else if flags.contains(word) {
        switches.append(word)
      } else if let value = words.popFirst(), !value.hasPrefix("-") {
        options.append((word, value))
      } else {
        return nil
      }
    }
  }

  /// Whether all words have been consumed.
  var isEmpty: Bool { arguments.isEmpty && options.isEmpty && switches.isEmpty }

  mutating func argument() -> String? { arguments.isEmpty ? nil : arguments.removeFirst() }

  mutating func option(_ name: String) -> String? {
    options.firstIndex { $0.name == name }.map { options.remove(at: $0).value }
  }

  mutating func flag(_ name: String) -> Bool {
    switches.firstIndex(of: name).map { switches.remove(at: $0) } != nil
  }

  /// A value that `read` rejects stays, so the line is not empty then.
  mutating func option<Value>(_ name: String, _ read: (String) -> Value?) -> Value? {
    guard let index = options.firstIndex(where: { $0.name == name }),
      let value = read(options[index].value)
    else { return nil }
    options.remove(at: index)
    return value
  }
}
