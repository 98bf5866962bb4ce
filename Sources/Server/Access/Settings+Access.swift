public import Access

/// Who may do what, as both services are told.
extension Settings {
  private static let shortestSecret = 16

  /// From `CONTROL_TOKEN`, `TOKEN_KEYS TOKEN_ISSUER TOKEN_AUDIENCE`, `CLIENT_SCOPES` and
  /// `READ_WITHOUT_TOKEN`.
  public func accessSettings() throws(InvalidSetting) -> AccessSettings {
    var access = AccessSettings()
    access.secret = try secret(
      "CONTROL_TOKEN",
      accepted: "\(Settings.shortestSecret) characters or more, printable and without blanks",
      Settings.secretBytes)
    access.keysFile = text("TOKEN_KEYS")
    access.issuer = text("TOKEN_ISSUER") ?? access.issuer
    access.audience = text("TOKEN_AUDIENCE") ?? access.audience
    access.clientsFile = text("CLIENT_SCOPES")
    let choices = AccessSettings.OpenReading.allCases.map(\.rawValue)
    access.openReading = try value(
      "READ_WITHOUT_TOKEN", default: .loopback,
      accepted: "one of \(choices.joined(separator: ", "))"
    ) { AccessSettings.OpenReading(rawValue: $0) }
    return access
  }

  /// Nil when the text is too short to be a secret, or cannot stand in a header.
  private static func secretBytes(_ text: String) -> [UInt8]? {
    let bytes = Array(text.utf8)
    guard bytes.count >= shortestSecret, bytes.allSatisfy({ (0x21...0x7E).contains($0) }) else {
      return nil
    }
    return bytes
  }
}

extension AccessControl {
  /// Reads the rules' files for the first time.
  ///
  /// - Throws: ``InvalidSetting`` for a file that cannot be used.
  public static func start(_ settings: AccessSettings) throws -> AccessControl {
    do {
      return try AccessControl(settings)
    } catch let error as InvalidRules {
      switch error.kind {
      case .keys:
        throw InvalidSetting(
          "TOKEN_KEYS", error.path, "a file with a JWKS that can be used (\(error.reason))")
      case .clients:
        throw InvalidSetting(
          "CLIENT_SCOPES", error.path, "a file with clients and their scopes (\(error.reason))")
      }
    }
  }
}
