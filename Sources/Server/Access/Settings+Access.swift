public import Access

/// Authentication and authorization settings, shared by both services.
extension Settings {
  private static let shortestSecret = 16

  /// From `CONTROL_TOKEN`, `TOKEN_KEYS TOKEN_ISSUER TOKEN_AUDIENCE`, `CLIENT_SCOPES` and
  /// `READ_WITHOUT_TOKEN`.
  public func accessSettings() throws(InvalidSetting) -> AccessSettings {
    var access = AccessSettings()
    access.secret = try secret(
      "CONTROL_TOKEN",
      expected: "at least \(Settings.shortestSecret) printable ASCII characters without spaces",
      Settings.secretBytes)
    access.keysFile = text("TOKEN_KEYS")
    access.issuer = text("TOKEN_ISSUER") ?? access.issuer
    access.audience = text("TOKEN_AUDIENCE") ?? access.audience
    access.clientsFile = text("CLIENT_SCOPES")
    let choices = AccessSettings.AnonymousReads.allCases.map(\.rawValue)
    access.anonymousReads = try value(
      "READ_WITHOUT_TOKEN", default: .loopback,
      expected: "one of \(choices.joined(separator: ", "))"
    ) { AccessSettings.AnonymousReads(rawValue: $0) }
    return access
  }

  /// Nil when the text is too short for a secret, or not valid in a header.
  private static func secretBytes(_ text: String) -> [UInt8]? {
    let bytes = Array(text.utf8)
    guard bytes.count >= shortestSecret, bytes.allSatisfy({ (0x21...0x7E).contains($0) }) else {
      return nil
    }
    return bytes
  }
}

extension AccessControl {
  /// Loads the key and client files.
  ///
  /// - Throws: ``InvalidSetting`` for an unusable file.
  public static func start(_ settings: AccessSettings) throws -> AccessControl {
    do {
      return try AccessControl(settings)
    } catch let error as InvalidRules {
      switch error.kind {
      case .keys:
        throw InvalidSetting(
          "TOKEN_KEYS must be a valid JWKS file (got \"\(error.path)\"): \(error.reason)")
      case .clients:
        throw InvalidSetting(
          "CLIENT_SCOPES must be a valid client scopes file (got \"\(error.path)\"): \(error.reason)"
        )
      }
    }
  }
}
