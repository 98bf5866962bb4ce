/// Where a database is and who asks: libpq's connection parameters.
///
/// What is nil is left to libpq and its own environment variables and defaults.
public struct ConnectionParameters: Sendable, Equatable {
  /// A host, a directory with a unix socket, or a comma-separated list of either.
  public var host: String?
  /// A port, or a comma-separated list as long as that of the hosts.
  public var port: String?
  public var user: String?
  public var password: String?
  public var database: String?
  /// Shown in `pg_stat_activity`.
  public var applicationName: String?
  /// How much TLS over TCP, one of ``sslModes``; only `verify-full` knows whom it talks to.
  public var sslMode: String?
  /// A file with the authorities that the server's certificate may be from.
  public var sslRootCertificate: String?
  /// Whether a server that takes no writes, such as a standby, is passed over.
  public var mustWrite = false
  /// Whether a standby is passed over; the session may be read-only.
  public var needsPrimary = false
  /// Whether the server has to prove over the very TLS connection that it knows the password (SCRAM with
  /// channel binding); it is asked for it in no other way then.
  public var requiresChannelBinding = false
  /// Settings of the session, such as `statement_timeout`, by name.
  public var settings: [String: String] = [:]

  /// What libpq takes for ``sslMode``.
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

  /// For people and logs; never with the password.
  public var displayName: String {
    "\(database ?? user ?? "?") at \(host ?? "the default host") port \(port ?? "5432")"
  }

  /// The same for each host of the list alone, in its order.
  ///
  /// As libpq has it, one port stands for all hosts; a list of another length is left to libpq, which
  /// explains what is wrong with it.
  public var oneForEachHost: [ConnectionParameters] {
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

  /// As `PQconnectStartParams` takes them, without ``settings``.
  var keywords: [(name: String, value: String)] {
    var list: [(String, String)] = [
      ("client_encoding", "UTF8"),
      // A peer that vanished without a word is noticed in about half a minute, not in two hours.
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
