internal import StrictJSON

/// The scopes of client certificates.
///
/// The web server has verified the certificate; it is only looked up here, by subject or fingerprint.
public struct ClientList: Sendable {
  public static let empty = ClientList(subjects: [:], fingerprints: [:])

  private let subjects: [String: Principal]
  private let fingerprints: [String: Principal]

  private init(subjects: [String: Principal], fingerprints: [String: Principal]) {
    self.subjects = subjects
    self.fingerprints = fingerprints
  }

  /// Reads `{"clients": [{"subject": "CN=dashboard,O=Plant", "scopes": ["signals:read"]}, …]}`, where
  /// each client has either a `subject` or a `fingerprint`, the SHA-1 of the certificate in
  /// hexadecimal.
  public init(json: [UInt8]) throws(InvalidClients) {
    let file: File
    do {
      file = try JSONValue(parsing: json).decode()
    } catch {
      throw InvalidClients((error as? DecodingError)?.explanation(of: "the file") ?? "\(error)")
    }
    var subjects: [String: Principal] = [:]
    var fingerprints: [String: Principal] = [:]
    for (index, client) in file.clients.enumerated() {
      do throws(InvalidClients) {
        let principal = try client.principal()
        let isNew: Bool
        if let fingerprint = try client.normalizedFingerprint() {
          isNew = fingerprints.updateValue(principal, forKey: fingerprint) == nil
        } else {
          isNew = subjects.updateValue(principal, forKey: principal.name) == nil
        }
        guard isNew else { throw InvalidClients("duplicate client") }
      } catch {
        throw InvalidClients("client \(index + 1): \(error)")
      }
    }
    self.init(subjects: subjects, fingerprints: fingerprints)
  }

  public var count: Int { subjects.count + fingerprints.count }

  /// - Parameters:
  ///   - subject: In RFC 2253 form, as nginx passes it.
  ///   - fingerprint: 40 lower-case hexadecimal digits.
  public func principal(subject: String, fingerprint: String) -> Principal? {
    fingerprints[fingerprint] ?? subjects[subject]
  }

  private struct File: Decodable { let clients: [Client] }

  private struct Client: Decodable {
    let subject: String?
    let fingerprint: String?
    let scopes: [String]

    func principal() throws(InvalidClients) -> Principal {
      guard (subject == nil) != (fingerprint == nil), let name = subject ?? fingerprint,
        !name.isEmpty
      else { throw InvalidClients("expected either a subject or a fingerprint") }
      var granted: Scopes = []
      for name in scopes {
        guard let scope = Scopes(name: name) else {
          throw InvalidClients(
            "unknown scope \"\(name)\"; expected one of \(Scopes.allNames.joined(separator: ", "))"
          )
        }
        granted.formUnion(scope)
      }
      return Principal(name: name, proof: .certificate, scopes: granted)
    }

    /// Tools print it in upper case with colons.
    func normalizedFingerprint() throws(InvalidClients) -> String? {
      guard let fingerprint else { return nil }
      let digits = fingerprint.filter { $0 != ":" }.lowercased()
      guard digits.utf8.count == 40, digits.allSatisfy(\.isHexDigit) else {
        throw InvalidClients("fingerprint must be a SHA-1 of 40 hexadecimal digits")
      }
      return digits
    }
  }
}

/// Why a client list cannot be used.
public struct InvalidClients: Error, CustomStringConvertible {
  public let description: String
  init(_ description: String) { self.description = description }
}
