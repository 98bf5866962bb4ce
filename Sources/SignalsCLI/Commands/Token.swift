import Access
import ArgumentParser

/// `signals-cli token …`
struct Token: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "token", abstract: "Make keys and tokens, and look into them.",
    discussion: """
      For who runs the services: nothing is asked of a server. Keys and tokens are in files, never on \
      the command line.
      """,
    subcommands: [TokenKeygen.self, TokenCreate.self, TokenInspect.self])

  /// A file's content, or a failure that says what it was to be.
  static func contents(_ path: String, _ what: String) throws(Failure) -> [UInt8] {
    do {
      return try SignalsCLI.contents(ofFile: path)
    } catch {
      throw Failure(.failed, "cannot read the \(what) \(path): \(error.description)")
    }
  }

  /// Says on standard error which of its keys are left out.
  static func keySet(_ json: [UInt8], _ path: String) throws(InvalidKey) -> KeySet {
    let set = try KeySet(blocking: json)
    for line in set.leftOut { StandardError.remark("\(path): \(line)") }
    return set
  }

  static func write(_ path: String, _ content: [UInt8], mode: UInt32) throws(Failure) {
    do {
      try replaceFile(path, with: content + [0x0A], mode: mode)
    } catch {
      throw Failure(.failed, "cannot write \(path): \(error.description)")
    }
  }
}

/// Whose tokens the services take, and for whom: the same settings as theirs.
struct TokenPartiesOptions: ParsableArguments {
  @Option(help: .init("Who gives the token out, the services' TOKEN_ISSUER.", valueName: "name"))
  var issuer = "signals"

  @Option(help: .init("For whom it is, the services' TOKEN_AUDIENCE.", valueName: "name"))
  var audience = "signals"
}

/// `signals-cli token keygen --key FILE`
struct TokenKeygen: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "keygen", abstract: "Make a key to sign tokens with.",
    usage: "signals-cli token keygen --key <file> [<options>]",
    discussion: "A key that is there already is never overwritten.")

  @Option(
    help: .init("Where the key goes; only its owner can read it.", valueName: "file"),
    completion: .file())
  var key: String

  @Option(
    help: .init("The services' TOKEN_KEYS, to which its public part is added.", valueName: "file"),
    completion: .file())
  var keys: String?

  @Option(
    help: .init(
      "ES256, EdDSA or HS256; the last is a secret that the services know as well.",
      valueName: "name"))
  var algorithm = "ES256"

  func run() throws {
    guard let algorithm = Algorithm(rawValue: algorithm) else {
      throw Failure(
        .usage, "there is no algorithm '\(algorithm)'", advice: "ES256, EdDSA or HS256")
    }
    if (try? contents(ofFile: key)) != nil {
      throw Failure(.failed, "there is a file \(key) already", advice: "another --key")
    }
    do {
      let made = try SigningKey(new: algorithm)
      var isSecret = false
      if let keys {
        // The set first, which can be wrong; a secret may have been in it before.
        let set = try made.added(to: existing(keys))
        isSecret = try Token.keySet(set, keys).isSecret
        try Token.write(key, made.json, mode: 0o600)
        try Token.write(keys, set, mode: isSecret ? 0o640 : 0o644)
      } else {
        try Token.write(key, made.json, mode: 0o600)
      }
      try StandardOutput.write(told(made.name, isSecret))
    } catch let error as InvalidKey {
      throw Failure(.failed, keys.map { "\($0): \(error)" } ?? "\(error)")
    }
  }

  private func existing(_ path: String) throws(Failure) -> [UInt8]? {
    do {
      return try contents(ofFile: path)
    } catch {
      if error.isNoSuchFile { return nil }
      throw Failure(.failed, "cannot read \(path): \(error.description)")
    }
  }

  private func told(_ name: String, _ isSecret: Bool) -> String {
    var text = "The key \"\(name)\" is in \(key.printable)"
    if let keys {
      text += "; tokens signed with it are good where TOKEN_KEYS is \(keys.printable)."
      if isSecret { text += "\nThat file is secret now: give it the group of the services." }
    } else {
      text += "."
    }
    return text + "\n"
  }
}

/// `signals-cli token create --key FILE --subject NAME --scope SCOPE`
struct TokenCreate: ParsableCommand {
  private static let longest = 366 * 86_400

  static let configuration = CommandConfiguration(
    commandName: "create", abstract: "Write a token to standard output.",
    usage: """
      signals-cli token create [<options>] --key <file> --subject <name>
        --scope <scope> ...
      """)

  @Option(
    help: .init("The key to sign with, a JWK as 'token keygen' makes it.", valueName: "file"),
    completion: .file())
  var key: String

  @Option(
    help: .init("Who will show it, as the log of the services names them.", valueName: "name"))
  var subject: String

  @Option(
    help: .init(
      "What it opens: \(Scopes.allNames.joined(separator: ", ")); again for more.",
      valueName: "scope"),
    completion: .list(Scopes.allNames))
  var scope: [String]

  @Option(help: .init("How long it is good: 30m, 8h or 90d, at most 366d.", valueName: "time"))
  var expires = "8h"

  @OptionGroup var parties: TokenPartiesOptions

  func run() throws {
    var scopes: Scopes = []
    for name in scope {
      guard let known = Scopes(name: name) else {
        throw Failure(
          .usage, "there is no scope '\(name)'",
          advice: "one of \(Scopes.allNames.joined(separator: ", "))")
      }
      scopes.formUnion(known)
    }
    guard let lifetime = Self.seconds(expires) else {
      throw Failure(.usage, "--expires takes a time such as 30m, 8h or 90d, not '\(expires)'")
    }
    do {
      let key = try SigningKey(json: Token.contents(key, "key"))
      let token = try key.token(
        subject: subject, scopes: scopes, issuer: parties.issuer, audience: parties.audience,
        lifetime: lifetime)
      try StandardOutput.write(token + "\n")
    } catch let error as InvalidKey {
      throw Failure(.failed, "\(key): \(error)")
    }
  }

  /// Of `30m`, `8h` or `90d`.
  static func seconds(_ text: String) -> Int? {
    let units: [Character: Int] = ["s": 1, "m": 60, "h": 3600, "d": 86_400]
    guard let unit = text.last.flatMap({ units[$0] }), let count = Int(text.dropLast()), count > 0,
      count <= longest / unit
    else { return nil }
    return count * unit
  }
}
