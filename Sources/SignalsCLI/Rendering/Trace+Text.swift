import Curl

extension Trace {
  /// A line for standard error, in the format of curl, without secrets.
  var text: String {
    switch self {
    case .sent(let line): "> \(Self.hidden(line).printable)\n"
    case .received(let line): "< \(Self.hidden(line).printable)\n"
    }
  }

  private static func hidden(_ line: String) -> String {
    guard let colon = line.firstIndex(of: ":"),
      ["authorization", "proxy-authorization"].contains(line[..<colon].lowercased())
    else { return line }
    let words = line[colon...].dropFirst().split(separator: " ", maxSplits: 1)
    let scheme = words.count > 1 ? "\(words[0]) " : ""
    return "\(line[...colon]) \(scheme)[hidden]"
  }
}
