internal import StrictJSON

/// What holders of client certificates may do.
///
/// The web server has verified the certificate; here it is only found, by its subject or its fingerprint.
public struct ClientList: Sendable {
  public static let empty = ClientList(subjects: [:], fingerprints: [:])

  private let subjects: [String: Principal]
  private let fingerprints: [String: Principal]

  private init(subjects: [String: Principal], fingerprints: [String: Principal]) {
    self.subjects = subjects
    self.fingerprints = fingerprints
  }

  /// Reads `{"clients": [{"subject": "CN=dashboard,O=Plant", "scopes": ["signals:read"]}, …]}`, where a
  /// `fingerprint`, the SHA-1 of the certificate in hexadecimal digits, can be in the place of a `subject`.
  public init(json: [UInt8]) throws(InvalidClients) {
    let file: File
    do {
      file = try JSONValue(parsing: json).decode()
    } catch {
      throw InvalidClients((error as? DecodingError)?.explanation(of: "it") ?? "\(error)")
    }
    var subjects: [String: Principal] = [:]
    var fingerprints: [String: Principal] = [:]
    for (index, client) in file.clients.enumerated() {
      do throws(InvalidClients) {
        let principal = try client.principal()
        let isNew: Bool
        if let fingerprint = try client.normalFingerprint() {
          isNew = fingerprints.updateValue(principal, forKey: fingerprint) == nil
        } else {
          isNew = subjects.updateValue(principal, forKey: principal.name) == nil
        }
        guard isNew else { throw InvalidClients("it is there twice") }
      } catch {
        throw InvalidClients("client \(index + 1): \(error)")
      }
    }
    self.init(subjects: subjects, fingerprints: fingerprints)
  }

  public var count: Int { subjects.count + fingerprints.count }

  /// - Parameters:
  ///   - subject: As RFC 2253 writes it, which is how nginx does.
  ///   - fingerprint: 40 hexadecimal digits, small.
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
      else { throw InvalidClients("accepted is a subject or a fingerprint, one of them") }
      var granted: Scopes = []
      for name in scopes {
        guard let scope = Scopes(name: name) else {
          throw InvalidClients(
            "there is no scope \"\(name)\"; accepted are \(Scopes.allNames.joined(separator: ", "))"
          )
        }
        granted.formUnion(scope)
      }
      return Principal(name: name, proof: .certificate, scopes: granted)
    }

    /// Tools write it in capitals and with colons.
    func normalFingerprint() throws(InvalidClients) -> String? {
      guard let fingerprint else { return nil }
      let digits = fingerprint.filter { $0 != ":" }.lowercased()
      guard digits.utf8.count == 40, digits.allSatisfy(\.isHexDigit) else {
        throw InvalidClients("a fingerprint is a SHA-1 in 40 hexadecimal digits")
      }
      return digits
    }
  }
}

/// Why a list of clients cannot be used.
public struct InvalidClients: Error, CustomStringConvertible {
  public let description: String
  init(_ description: String) { self.description = description }
}
