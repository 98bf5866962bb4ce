/// libpq's connection parameters.
///
/// Nil leaves a parameter to libpq's environment variables and defaults.
public struct ConnectionParameters: Sendable, Equatable {
  /// A host, a unix socket directory, or a comma-separated list of either.
  public var host: String?
  /// A port, or a comma-separated list with one port per host.
  public var port: String?
  public var user: String?
  public var password: String?
  public var database: String?
  /// Shown in `pg_stat_activity`.
  public var applicationName: String?
  /// The TLS mode over TCP, one of ``sslModes``; only `verify-full` authenticates the server.
  public var sslMode: String?
  /// A file of the certificate authorities to trust.
  public var sslRootCertificate: String?
  /// Whether to skip servers that do not accept writes, such as standbys.
  public var mustWrite = false
  /// Whether to skip standbys; the session may be read-only.
  public var needsPrimary = false
  /// Whether to require channel binding: the server must prove with SCRAM over this very TLS connection
  /// that it knows the password, and no other authentication is allowed.
  public var requiresChannelBinding = false
  /// Session settings by name, such as `statement_timeout`.
  public var settings: [String: String] = [:]

  /// libpq's values for ``sslMode``.
  public static let sslModes = [
    "disable", "allow", "prefer", "require", "verify-ca", "verify-full",
  ]

  public init(
    host: String? = nil, port: String? = nil, user: String? = nil, password: String? = nil,
    database: String? = nil, applicationName: String? = nil, settings: [String: String] = [:]
  ) {
    self.host = host
    self.port = port
    self.user = user
    self.password = password
    self.database = database
    self.applicationName = applicationName
    self.settings = settings
  }

  /// For users and logs; without the password.
  public var displayName: String {
    "\(database ?? user ?? "?") at \(host ?? "the default host") port \(port ?? "5432")"
  }

  /// One set of parameters per host, in order.
  ///
  /// As in libpq, a single port applies to all hosts; libpq reports a list of any other length.
  public var perHost: [ConnectionParameters] {
    let hosts = host?.split(separator: ",", omittingEmptySubsequences: false) ?? []
    let ports = port?.split(separator: ",", omittingEmptySubsequences: false) ?? []
    guard hosts.count > 1, ports.count <= 1 || ports.count == hosts.count else { return [self] }
    return hosts.indices.map { index in
      var one = self
      one.host = String(hosts[index])
      one.port = ports.isEmpty ? nil : String(ports[ports.count == 1 ? 0 : index])
      return one
    }
  }

  /// For `PQconnectStartParams`, without ``settings``.
  var keywords: [(name: String, value: String)] {
    var list: [(String, String)] = [
      ("client_encoding", "UTF8"),
      // A silent peer is detected within about half a minute instead of two hours.
      ("keepalives_idle", "10"), ("keepalives_interval", "5"), ("keepalives_count", "3"),
      ("tcp_user_timeout", "30000"),
    ]
    for (name, value) in [
      ("host", host), ("port", port), ("user", user), ("password", password),
      ("dbname", database), ("application_name", applicationName),
      ("sslmode", sslMode), ("sslrootcert", sslRootCertificate),
    ] {
      if let value, !value.isEmpty { list.append((name, value)) }
    }
    if requiresChannelBinding { list.append(("channel_binding", "require")) }
    if mustWrite {
      list.append(("target_session_attrs", "read-write"))
    } else if needsPrimary {
      list.append(("target_session_attrs", "primary"))
    }
    return list
  }
}
