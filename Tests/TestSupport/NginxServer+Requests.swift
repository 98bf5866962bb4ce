import Foundation

extension NginxServer {
  /// What a client was answered.
  public struct Answer: Sendable {
    /// `HTTP/1.1` or `HTTP/2`.
    public let version: String
    public let status: Int
    /// By their names in lower case.
    public let headers: [String: [String]]
    public let body: String
    /// The body as JSON; nil when it is none.
    public var json: Any? { try? JSONSerialization.jsonObject(with: Data(body.utf8)) }
  }

  /// Asks the plain port for a path with or without a query, or any server for a whole URL.
  ///
  /// - Parameters:
  ///   - options: curl's own, which sends the request.
  ///   - input: What `--data-binary @-` takes.
  /// - Throws: ``SetupFailure`` when there is no answer.
  public func ask(_ target: String, _ options: String..., input: String = "") throws -> Answer {
    try Self.ask(
      target.hasPrefix("http") ? target : url + target, authority: authorityFile, options,
      input: input)
  }

  /// Asks with options that are made elsewhere.
  public func ask(_ target: String, with options: [String], input: String = "") throws -> Answer {
    try Self.ask(
      target.hasPrefix("http") ? target : url + target, authority: authorityFile, options,
      input: input)
  }

  /// Asks any server for a URL.
  static func ask(_ url: String, authority: String, _ options: [String], input: String = "") throws
    -> Answer
  {
    let output = try ChildProcess.output(
      of: "curl",
      ["-sS", "-i", "--max-time", "20", "--noproxy", "*", "--cacert", authority]
        + ["--path-as-is", "--globoff", "-H", "Expect:", url] + options, input: input)
    guard let answer = Answer(output) else { throw SetupFailure("curl: no answer in \(output)") }
    return answer
  }
}

extension NginxServer.Answer {
  /// - Parameter text: Status line, headers and body as they came.
  fileprivate init?(_ text: String) {
    guard let end = text.range(of: "\r\n\r\n") else { return nil }
    let lines = text[..<end.lowerBound].components(separatedBy: "\r\n")
    let statusLine = lines[0].split(separator: " ")
    guard statusLine.count >= 2, let status = Int(statusLine[1]) else { return nil }
    version = String(statusLine[0])
    self.status = status
    headers = lines.dropFirst().reduce(into: [:]) { headers, line in
      let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
      headers[parts[0].lowercased(), default: []].append(
        parts.dropFirst().joined().trimmingCharacters(in: .whitespaces))
    }
    body = String(text[end.upperBound...])
  }
}
