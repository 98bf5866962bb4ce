import Testing

@testable import Access

/// A token of the table, and what it gets.
struct TokenCase: Sendable, CustomTestStringConvertible {
  let name: String
  /// Nil for a token that is let in.
  let refusal: TokenError?
  let make: @Sendable (TokenForge) throws -> String

  init(
    _ name: String, _ refusal: TokenError?,
    _ make: @escaping @Sendable (TokenForge) throws -> String
  ) {
    self.name = name
    self.refusal = refusal
    self.make = make
  }

  var testDescription: String { name }
}

extension TokenCase {
  static let all =
    good + times + claims + algorithms + keyNames + headers + signatures + shapes

  private static func with(_ claims: String) -> @Sendable (TokenForge) throws -> String {
    { try $0.token(TokenForge.header, claims) }
  }

  private static func headed(_ header: String) -> @Sendable (TokenForge) throws -> String {
    { try $0.token(header) }
  }

  static let good = [
    TokenCase("ES256", nil) { try $0.token() },
    TokenCase("EdDSA", nil) { try $0.token(alg: "EdDSA", kid: "ed-1", by: $0.edDSA) },
    TokenCase("RS256", nil) { try $0.token(alg: "RS256", kid: "rs-1", by: $0.rs256) },
    TokenCase("HS256", nil) { try $0.token(alg: "HS256", kid: "hs-1", by: $0.hs256()) },
    TokenCase("audience among others", nil, with(TokenForge.claims(aud: #"["other","signals"]"#))),
    TokenCase("no scope at all", nil, with(TokenForge.claims(scope: nil))),
    TokenCase("a scope of others", nil, with(TokenForge.claims(scope: #""openid email""#))),
    TokenCase(
      "claims of others", nil, with(TokenForge.claims(more: #","cnf":{"a":[1]},"jti":"x""#))),
    TokenCase(
      "an access token by its type", nil, headed(#"{"alg":"ES256","typ":"at+JWT","kid":"es-1"}"#)),
    TokenCase("no type", nil, headed(#"{"alg":"ES256","kid":"es-1"}"#)),
  ]

  static let times = [
    TokenCase("expired within the skew", nil, with(TokenForge.claims(exp: "1799999971"))),
    TokenCase("expired at the skew's end", .expired, with(TokenForge.claims(exp: "1799999970"))),
    TokenCase("long expired", .expired, with(TokenForge.claims(exp: "1"))),
    TokenCase("exp with a fraction", nil, with(TokenForge.claims(exp: "1799999970.5"))),
    TokenCase("exp with an exponent", nil, with(TokenForge.claims(exp: "1.8000006e9"))),
    TokenCase("exp negative", .expired, with(TokenForge.claims(exp: "-1"))),
    TokenCase("exp a string", .claims, with(TokenForge.claims(exp: #""1800000600""#))),
    TokenCase("exp true", .claims, with(TokenForge.claims(exp: "true"))),
    TokenCase("exp null", .claims, with(TokenForge.claims(exp: "null"))),
    TokenCase("exp beyond all dates", .claims, with(TokenForge.claims(exp: "1e300"))),
    TokenCase("exp beyond all numbers", .claims, with(TokenForge.claims(exp: "1e999"))),
    TokenCase("no exp", .claims, with(TokenForge.claims(exp: nil))),
    TokenCase("valid within the skew", nil, with(TokenForge.claims(more: #","nbf":1800000030"#))),
    TokenCase("not yet valid", .notYetValid, with(TokenForge.claims(more: #","nbf":1800000031"#))),
    TokenCase("nbf a string", .claims, with(TokenForge.claims(more: #","nbf":"0""#))),
    TokenCase("iat a string", .claims, with(TokenForge.claims(more: #","iat":"now""#))),
  ]

  static let claims = [
    TokenCase("another issuer", .issuer, with(TokenForge.claims(iss: #""evil""#))),
    TokenCase("the issuer in capitals", .issuer, with(TokenForge.claims(iss: #""Signals""#))),
    TokenCase(
      "an issuer that begins the same", .issuer, with(TokenForge.claims(iss: #""signals/""#))),
    TokenCase("issuer a list", .claims, with(TokenForge.claims(iss: #"["signals"]"#))),
    TokenCase("no issuer", .claims, with(TokenForge.claims(iss: nil))),
    TokenCase("another audience", .audience, with(TokenForge.claims(aud: #""billing""#))),
    TokenCase(
      "other audiences", .audience, with(TokenForge.claims(aud: #"["billing","signalsx"]"#))),
    TokenCase("no audience in the list", .audience, with(TokenForge.claims(aud: "[]"))),
    TokenCase(
      "an audience that is no text", .claims, with(TokenForge.claims(aud: #"["signals",1]"#))),
    TokenCase("no audience", .claims, with(TokenForge.claims(aud: nil))),
    TokenCase(
      "a claim twice", .duplicateMember, with(TokenForge.claims(more: #","exp":1900000000"#))),
    TokenCase(
      "a claim twice, once escaped", .duplicateMember,
      with(TokenForge.claims(more: #","\u0065xp":1900000000"#))),
    TokenCase(
      "a member of a claim twice", .duplicateMember,
      with(TokenForge.claims(more: #","act":{"sub":"a","sub":"b"}"#))),
    TokenCase("a comma at the end", .malformed, with(#"{"iss":"signals",}"#)),
    TokenCase("scope a list", .claims, with(TokenForge.claims(scope: #"["signals:read"]"#))),
    TokenCase("claims a list", .malformed, with("[]")),
    TokenCase("claims cut off", .malformed, with(#"{"iss":"signals","#)),
    TokenCase("no claims", .malformed, with("")),
  ]

  static let algorithms =
    ["none", "None", "NONE", "nOnE", ""].flatMap { name in
      [
        TokenCase("alg \"\(name)\" without a signature", .algorithm) {
          try $0.token(alg: name, kid: "es-1") { _ in [] }
        },
        TokenCase("alg \"\(name)\" with a good one", .algorithm) {
          try $0.token(alg: name, kid: "es-1", by: $0.es256)
        },
      ]
    }
    + ["es256", "ES256K", "ES384", "PS256", "RS1", "HS512", "ES256 "].map { name in
      TokenCase("alg \"\(name)\"", .algorithm) {
        try $0.token(alg: name, kid: "es-1", by: $0.es256)
      }
    } + [
      TokenCase("HS256 with the RSA key as a PEM", .algorithmMismatch) {
        try $0.token(alg: "HS256", kid: "rs-1", by: $0.hs256(Array($0.rsaPublicPEM.utf8)))
      },
      TokenCase("HS256 with the RSA key as a JWK", .algorithmMismatch) {
        try $0.token(alg: "HS256", kid: "rs-1", by: $0.hs256(Array($0.publicKeys[2].utf8)))
      },
      TokenCase("HS256 with the elliptic key", .algorithmMismatch) {
        try $0.token(
          alg: "HS256", kid: "es-1", by: $0.hs256($0.ellipticPoint))
      },
      TokenCase("RS256 with the name of the secret", .algorithmMismatch) {
        try $0.token(alg: "RS256", kid: "hs-1", by: $0.rs256)
      },
      TokenCase("no alg", .malformed, headed(#"{"kid":"es-1"}"#)),
      TokenCase("alg a number", .malformed, headed(#"{"alg":256,"kid":"es-1"}"#)),
      TokenCase("alg null", .malformed, headed(#"{"alg":null,"kid":"es-1"}"#)),
    ]

  static let keyNames =
    [
      "es-2", "", "ES-1", "es-1 ", "../../../etc/passwd", "/dev/null", "' OR 1=1 --", "es-1\\u0000",
      "https://evil.example/key", "$(id)",
    ].map { name in
      TokenCase("kid \"\(name)\"", .unknownKey, headed(#"{"alg":"ES256","kid":"\#(name)"}"#))
    } + [
      TokenCase("no kid", .missingKeyID, headed(#"{"alg":"ES256"}"#)),
      TokenCase("kid null", .missingKeyID, headed(#"{"alg":"ES256","kid":null}"#)),
      TokenCase("kid a number", .malformed, headed(#"{"alg":"ES256","kid":1}"#)),
      TokenCase("kid a list", .malformed, headed(#"{"alg":"ES256","kid":["es-1"]}"#)),
    ]

  static let headers = [
    TokenCase("alg twice", .duplicateMember, headed(#"{"alg":"none","kid":"es-1","alg":"ES256"}"#)),
    TokenCase("kid twice", .duplicateMember, headed(#"{"alg":"ES256","kid":"es-2","kid":"es-1"}"#)),
    TokenCase(
      "kid twice, once escaped", .duplicateMember,
      headed(#"{"alg":"ES256","\u006bid":"es-2","kid":"es-1"}"#)),
    TokenCase("crit", .critical, headed(#"{"alg":"ES256","kid":"es-1","crit":["exp"],"exp":1}"#)),
    TokenCase("crit of nothing", .critical, headed(#"{"alg":"ES256","kid":"es-1","crit":[]}"#)),
    TokenCase("crit null", .critical, headed(#"{"alg":"ES256","kid":"es-1","crit":null}"#)),
    TokenCase(
      "unencoded payload", .critical,
      headed(#"{"alg":"ES256","kid":"es-1","b64":false,"crit":["b64"]}"#)),
    TokenCase(
      "an encrypted token's type", .type, headed(#"{"alg":"ES256","kid":"es-1","typ":"JWE"}"#)),
    TokenCase(
      "a logout token's type", .type, headed(#"{"alg":"ES256","kid":"es-1","typ":"logout+jwt"}"#)),
    TokenCase("a key of its own", .unknownKey) {
      try $0.token(
        #"{"alg":"ES256","kid":"own","jwk":\#($0.strangersKey)}"#, by: $0.strangers)
    },
    TokenCase("a key of its own under our name", .signature) {
      try $0.token(
        #"{"alg":"ES256","kid":"es-1","jwk":\#($0.strangersKey)}"#, by: $0.strangers)
    },
    TokenCase("where its key is", .signature) {
      try $0.token(
        #"{"alg":"ES256","kid":"es-1","jku":"https://evil.example/","x5u":"http://127.0.0.1:1/"}"#,
        by: $0.strangers)
    },
    TokenCase("certificates of its own", .signature) {
      try $0.token(#"{"alg":"ES256","kid":"es-1","x5c":["MIIB"]}"#, by: $0.strangers)
    },
    // jwt-kit's own header would trap on it.
    TokenCase(
      "a number too large to be whole", nil, headed(#"{"alg":"ES256","kid":"es-1","n":1e300}"#)),
    TokenCase("header in UTF-16", .malformed) {
      let header = TokenForge.header.utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
      let signed = "\($0.base64(header)).\($0.base64(TokenForge.claims().utf8))"
      return "\(signed).\($0.base64(try $0.es256(Array(signed.utf8))))"
    },
    TokenCase("header not UTF-8", .malformed) {
      let header = Array(#"{"alg":"ES256","kid":"es-1","x":""#.utf8) + [0xFF, 0x22, 0x7D]
      let signed = "\($0.base64(header)).\($0.base64(TokenForge.claims().utf8))"
      return "\(signed).\($0.base64(try $0.es256(Array(signed.utf8))))"
    },
    TokenCase(
      "header nested without end", .malformed,
      headed(#"{"alg":"ES256","kid":"es-1","x":"# + String(repeating: "[", count: 2000))),
  ]

  static let signatures = [
    TokenCase("somebody else's signature", .signature) { try $0.token(by: $0.strangers) },
    TokenCase("no signature", .signature) { try $0.token { _ in [] } },
    TokenCase("a signature of zeros", .signature) {
      try $0.token { _ in [UInt8](repeating: 0, count: 64) }
    },
    TokenCase("a signature cut off", .signature) { forge in
      try forge.token { try forge.es256($0).dropLast() }
    },
    TokenCase("a signature with a byte more", .signature) { forge in
      try forge.token { try forge.es256($0) + [0] }
    },
    TokenCase("ECDSA in DER", .signature) { try $0.token(by: $0.es256DER) },
    TokenCase("an HMAC cut off", .signature) { forge in
      try forge.token(alg: "HS256", kid: "hs-1") { try forge.hs256()($0).dropLast() }
    },
    TokenCase("an HMAC of nothing", .signature) {
      try $0.token(alg: "HS256", kid: "hs-1", by: $0.hs256([]))
    },
    TokenCase("an RSA signature cut off", .signature) { forge in
      try forge.token(alg: "RS256", kid: "rs-1") { try forge.rs256($0).dropLast() }
    },
    TokenCase("EdDSA by the elliptic key", .signature) {
      try $0.token(alg: "EdDSA", kid: "ed-1", by: $0.es256)
    },
    TokenCase("claims of another token", .signature) {
      let parts = try $0.token().split(separator: ".")
      return
        "\(parts[0]).\($0.base64(TokenForge.claims(scope: "\"producer:control\"").utf8)).\(parts[2])"
    },
    TokenCase("header of another token", .signature) {
      let parts = try $0.token().split(separator: ".")
      return "\($0.base64(#"{"kid":"es-1","alg":"ES256"}"#.utf8)).\(parts[1]).\(parts[2])"
    },
  ]

  static let shapes = [
    TokenCase("nothing", .malformed) { _ in "" },
    TokenCase("dots", .malformed) { _ in ".." },
    TokenCase("one part", .malformed) { _ in "abc" },
    TokenCase("two parts", .malformed) {
      try $0.token().split(separator: ".").prefix(2).joined(separator: ".")
    },
    TokenCase("four parts", .malformed) { try $0.token() + ".e30" },
    TokenCase("five parts, as encrypted ones have", .malformed) { try $0.token() + ".e30.e30" },
    TokenCase("a blank behind", .malformed) { try $0.token() + " " },
    TokenCase("padding", .malformed) { try $0.token() + "==" },
    TokenCase("another spelling of the signature", .malformed) {
      // 64 bytes leave four bits of the last character unused.
      let token = try $0.token()
      return token.dropLast()
        + (token.last == "A" ? "B" : token.last == "Q" ? "R" : token.last == "g" ? "h" : "x")
    },
    TokenCase("base64 that is not for URLs", .malformed) { _ in "e+/0.e30.AAAA" },
    TokenCase("not ASCII", .malformed) { _ in "é.é.é" },
    TokenCase("empty header", .malformed) {
      "." + (try $0.token().split(separator: ".").dropFirst().joined(separator: "."))
    },
    TokenCase("a header that is no object", .malformed, headed(#""ES256""#)),
    TokenCase("as long as may be", nil) { try padded(to: TokenVerifier.longest, $0) },
    TokenCase("longer than may be", .tooLong) { try padded(to: TokenVerifier.longest + 4, $0) },
    TokenCase("huge", .tooLong) { _ in String(repeating: "A", count: 1 << 20) },
  ]

  /// A good token of exactly this length.
  private static func padded(to length: Int, _ forge: TokenForge) throws -> String {
    for count in 0..<length {
      let claims = TokenForge.claims(
        more: ",\"x\":\"\(String(repeating: "y", count: length / 2 + count))\"")
      let token = try forge.token(TokenForge.header, claims)
      if token.utf8.count == length { return token }
    }
    throw CancellationError()
  }
}
