import Access
import ArgumentParser

/// `signals-cli token …`
struct Token: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "token", abstract: "Create signing keys and tokens, and inspect tokens.",
    discussion: """
      For operators of the services; works on files, without a server. Keys and tokens never \
      appear on the command line.
      """,
    subcommands: [TokenKeygen.self, TokenCreate.self, TokenInspect.self])

  /// The content of a file; `what` names it in the error.
  static func contents(_ path: String, _ what: String) throws(Failure) -> [UInt8] {
    do {
      return try SignalsCLI.contents(ofFile: path)
    } catch {
      throw Failure(.failed, "cannot read \(what) \(path): \(error.description)")
    }
  }

  /// Parses a key set; reports skipped keys on standard error.
  static func keySet(_ json: [UInt8], _ path: String) throws(InvalidKey) -> KeySet {
    let set = try KeySet(blocking: json)
    for line in set.skipped { StandardError.remark("\(path): \(line)") }
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

/// The issuer and audience that the services accept.
struct TokenPartiesOptions: ParsableArguments {
  @Option(help: .init("Issuer, as in the services' TOKEN_ISSUER.", valueName: "name"))
  var issuer = "signals"

  @Option(help: .init("Audience, as in the services' TOKEN_AUDIENCE.", valueName: "name"))
  var audience = "signals"
}

/// `signals-cli token keygen --key FILE`
struct TokenKeygen: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "keygen", abstract: "Generate a signing key.",
    usage: "signals-cli token keygen --key <file> [<options>]",
    discussion: "An existing key is never overwritten.")

  @Option(
    help: .init("Output file; only its owner can read it.", valueName: "file"),
    completion: .file())
  var key: String

  @Option(
    help: .init("Key set to add the public key to, the services' TOKEN_KEYS.", valueName: "file"),
    completion: .file())
  var keys: String?

  @Option(
    help: .init(
      "ES256, EdDSA or HS256; HS256 keys are secrets shared with the services.",
      valueName: "name"))
  var algorithm = "ES256"

  func run() throws {
    guard let algorithm = Algorithm(rawValue: algorithm) else {
      throw Failure(
        .usage, "unknown algorithm '\(algorithm)'", advice: "one of ES256, EdDSA, HS256")
    }
    if (try? contents(ofFile: key)) != nil {
      throw Failure(.failed, "\(key) already exists", advice: "another --key")
    }
    do {
      let made = try SigningKey(new: algorithm)
      var isSecret = false
      if let keys {
        // The set first, as it may be invalid; it may contain a secret already.
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
    var text = "Wrote key \"\(name)\" to \(key.printable)"
    if let keys {
      text += " and added it to \(keys.printable)."
      if isSecret {
        text += "\n\(keys.printable) contains a secret: only the services' group may read it."
      }
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
    commandName: "create", abstract: "Create a token and print it.",
    usage: """
      signals-cli token create [<options>] --key <file> --subject <name>
        --scope <scope> ...
      """)

  @Option(
    help: .init("Signing key, a JWK as written by 'token keygen'.", valueName: "file"),
    completion: .file())
  var key: String

  @Option(
    help: .init("Subject, the name in the services' audit log.", valueName: "name"))
  var subject: String

  @Option(
    help: .init(
      "Scope to grant, repeatable: \(Scopes.allNames.joined(separator: ", ")).",
      valueName: "scope"),
    completion: .list(Scopes.allNames))
  var scope: [String]

  @Option(help: .init("Lifetime, such as 30m, 8h or 90d; at most 366d.", valueName: "time"))
  var expires = "8h"

  @OptionGroup var parties: TokenPartiesOptions

  func run() throws {
    var scopes: Scopes = []
    for name in scope {
      guard let known = Scopes(name: name) else {
        throw Failure(
          .usage, "unknown scope '\(name)'",
          advice: "one of \(Scopes.allNames.joined(separator: ", "))")
      }
      scopes.formUnion(known)
    }
    guard let lifetime = Self.seconds(expires) else {
      throw Failure(
        .usage,
        "--expires must be a time such as 30m, 8h or 90d, at most 366d (got \"\(expires)\")")
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

  /// The seconds of `30m`, `8h` or `90d`.
  static func seconds(_ text: String) -> Int? {
    let units: [Character: Int] = ["s": 1, "m": 60, "h": 3600, "d": 86_400]
    guard let unit = text.last.flatMap({ units[$0] }), let count = Int(text.dropLast()), count > 0,
      count <= longest / unit
    else { return nil }
    return count * unit
  }
}
