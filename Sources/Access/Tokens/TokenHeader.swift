internal import StrictJSON

/// The header parameters of a token that matter here. Embedded keys and key URLs (`jwk`, `jku`, `x5c`,
/// `x5u`) are ignored.
struct TokenHeader: Decodable {
  let alg: String
  let kid: String?
  private let typ: String?
  private let hasCritical: Bool

  private enum Member: CodingKey { case alg, kid, typ, crit }

  init(from decoder: any Decoder) throws {
    let members = try decoder.container(keyedBy: Member.self)
    alg = try members.decode(String.self, forKey: .alg)
    kid = try members.decodeIfPresent(String.self, forKey: .kid)
    typ = try members.decodeIfPresent(String.self, forKey: .typ)
    hasCritical = members.contains(.crit)
  }

  /// - Parameter json: From a client, unverified.
  init(json: [UInt8]) throws(TokenError) {
    self = try TokenPart.decode(TokenHeader.self, json, .malformed)
    guard !hasCritical else { throw .critical }
    // RFC 9068 types an access token as "at+jwt"; many issuers write "JWT" or nothing.
    let types = ["jwt", "at+jwt", "application/jwt", "application/at+jwt"]
    guard typ.map({ types.contains($0.lowercased()) }) ?? true else { throw .type }
  }
}

/// The header or the claims.
enum TokenPart {
  /// - Parameter misfit: The error for well-formed JSON with other members.
  static func decode<T: Decodable>(_ type: T.Type, _ json: [UInt8], _ misfit: TokenError)
    throws(TokenError) -> T
  {
    guard json.first == UInt8(ascii: "{") else { throw .malformed }
    let value: JSONValue
    do throws(InvalidJSON) {
      value = try JSONValue(parsing: json)
    } catch {
      throw error.isDuplicateMember ? .duplicateMember : .malformed
    }
    do {
      return try value.decode()
    } catch {
      throw misfit
    }
  }
}
