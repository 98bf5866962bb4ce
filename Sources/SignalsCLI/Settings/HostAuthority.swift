/// A host as a monitoring system writes it, converted to a URL's authority with IPv6 in brackets.
struct HostAuthority: Equatable {
  let text: String
  let hasPort: Bool

  /// Parses `plant.example`, `192.0.2.1:8443`, `::1`, `fe80::1%eth0` and `[::1]:8443`; nil for anything
  /// else, such as a URL.
  init?(_ host: String) {
    guard !host.isEmpty,
      !host.unicodeScalars.contains(where: {
        #"/\?#@"#.unicodeScalars.contains($0) || $0.value <= 0x20
      })
    else { return nil }
    let colons = host.count { $0 == ":" }
    if host.hasPrefix("[") {
      guard let end = host.lastIndex(of: "]") else { return nil }
      let rest = host[host.index(after: end)...]
      guard rest.isEmpty || rest.hasPrefix(":") else { return nil }
      (text, hasPort) = (host, !rest.isEmpty)
    } else if colons > 1 {
      (text, hasPort) = ("[\(host)]", false)
    } else {
      (text, hasPort) = (host, colons == 1)
    }
  }
}
