import Access
import ArgumentParser
import Time

/// `signals-cli token inspect [FILE]`
struct TokenInspect: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect", abstract: "Show the claims of a token and whether it is valid.",
    usage: "signals-cli token inspect [<options>] [<file>]",
    discussion: "Exits with status 1 if it is not.")

  @Argument(
    help: .init("Token file. (default: standard input)", valueName: "file"),
    completion: .file())
  var file: String?

  @Option(
    help: .init(
      "Key set to verify the signature with, the services' TOKEN_KEYS.", valueName: "file"),
    completion: .file())
  var keys: String?

  @OptionGroup var parties: TokenPartiesOptions

  func run() throws {
    let token = try Self.word(in: Token.contents(file ?? "/dev/stdin", "token"))
    let contents: TokenContents
    do throws(TokenError) {
      contents = try TokenContents(unverified: token)
    } catch {
      throw Failure(.failed, "not a token: \(error)")
    }
    let now = Validity.now
    try StandardOutput.write(
      Table(properties: Self.properties(contents, now)).text(for: .standardOutput))
    if let refusal = try refusal(of: token, contents, at: now) {
      throw Failure(.failed, "invalid token: \(refusal)")
    }
    try StandardOutput.write(
      keys == nil
        ? "The signature was not verified; --keys FILE verifies it.\n" : "The token is valid.\n")
  }

  private func refusal(of token: [UInt8], _ contents: TokenContents, at now: Double)
    throws(Failure) -> TokenError?
  {
    guard let path = keys else { return contents.validity.refusal(at: now) }
    let json = try Token.contents(path, "key set")
    let set: KeySet
    do throws(InvalidKey) {
      set = try Token.keySet(json, path)
    } catch {
      throw Failure(.failed, "\(path): \(error)")
    }
    let verifier = TokenVerifier(keys: set, issuer: parties.issuer, audience: parties.audience)
    do throws(TokenError) {
      _ = try verifier.verify(token, at: now)
      return nil
    } catch {
      return error
    }
  }

  /// Trims surrounding whitespace.
  private static func word(in bytes: [UInt8]) -> [UInt8] {
    let blanks: [UInt8] = [0x09, 0x0A, 0x0D, 0x20]
    let start = bytes.drop { blanks.contains($0) }
    guard let last = start.lastIndex(where: { !blanks.contains($0) }) else { return [] }
    return Array(start[...last])
  }

  private static func properties(_ contents: TokenContents, _ now: Double)
    -> [(name: String, value: Table.Cell)]
  {
    var properties: [(name: String, value: Table.Cell)] = [
      ("algorithm", Table.Cell(contents.algorithm)), ("key", Table.Cell(contents.keyName ?? "")),
      ("issuer", Table.Cell(contents.issuer)),
      ("audience", Table.Cell(contents.audiences.joined(separator: ", "))),
      ("subject", Table.Cell(contents.subject ?? "")), ("scope", Table.Cell(contents.scope ?? "")),
    ]
    if let notBefore = contents.validity.notBefore {
      properties.append(("not before", Table.Cell(moment(notBefore))))
    }
    let left = contents.validity.expires - now
    let amount = duration(microseconds: Int64(abs(left).rounded()) * 1_000_000)
    let distance = left < 0 ? "\(amount) ago" : "in \(amount)"
    properties.append(
      ("expires", Table.Cell("\(moment(contents.validity.expires)), \(distance)")))
    return properties
  }

  private static func moment(_ seconds: Double) -> String {
    TimeStyle.local.text(Timestamp(microseconds: Int64(seconds) * 1_000_000))
      .replacing(".000000", with: "")
  }
}
