internal import CCurl
internal import Glibc

/// A proxy from the environment.
///
/// libcurl would read the environment itself, but does not report whether it used a proxy. The rules
/// are libcurl's: https://curl.se/libcurl/c/CURLOPT_PROXY.html
public struct Proxy: Sendable, Hashable {
  /// `http_proxy`, …
  public let variable: String
  /// Host and port, without the credentials that the variable may contain.
  public let authority: String
  /// As given in the variable.
  let url: String

  /// The proxy for requests to `url`; nil for none.
  ///
  /// - Parameter environment: Looks up a variable; empty counts as unset.
  public init?(for url: HTTPURL, environment: (String) -> String?) {
    func first(of names: [String]) -> (name: String, value: String)? {
      for name in names {
        if let value = environment(name), !value.isEmpty { return (name, value) }
      }
      return nil
    }
    // Not HTTP_PROXY: in a CGI program the client could set it.
    let names = url.scheme == "https" ? ["https_proxy", "HTTPS_PROXY"] : ["http_proxy"]
    guard let (variable, value) = first(of: names + ["all_proxy", "ALL_PROXY"]) else { return nil }
    let exceptions = first(of: ["no_proxy", "NO_PROXY"])?.value ?? ""
    guard !ProxyExceptions(exceptions).contain(url.host) else { return nil }
    self.variable = variable
    self.url = value
    authority = Proxy.authority(value) ?? variable
  }

  /// Nil when libcurl cannot parse it either.
  private static func authority(_ url: String) -> String? {
    guard let handle = curl_url() else { return nil }
    defer { curl_url_cleanup(handle) }
    func part(_ part: CURLUPart) -> String? {
      var text: UnsafeMutablePointer<CChar>?
      guard curl_url_get(handle, part, &text, 0) == CURLUE_OK, let text else { return nil }
      defer { curl_free(text) }
      return String(cString: text)
    }
    let flags = UInt32(CURLU_NON_SUPPORT_SCHEME | CURLU_GUESS_SCHEME)
    guard curl_url_set(handle, CURLUPART_URL, url, flags) == CURLUE_OK,
      let host = part(CURLUPART_HOST)
    else { return nil }
    let port = part(CURLUPART_PORT) ?? (part(CURLUPART_SCHEME) == "https" ? "443" : "1080")
    return "\(host):\(port)"
  }
}

/// The value of `no_proxy`: hosts, domains and networks that are reached directly.
struct ProxyExceptions {
  private let list: String

  init(_ list: String) { self.list = list }

  /// - Parameter host: In the form of ``HTTPURL/host``.
  func contain(_ host: String) -> Bool {
    if list == "*" { return true }
    let entries = list.split { $0 == "," || $0 == " " || $0 == "\t" }
    if let address = IPAddress(host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : host) {
      return entries.contains { address.isWithin($0) }
    }
    let name = host.hasSuffix(".") ? host.dropLast() : host[...]
    return entries.contains { entry in
      let entry = entry.hasSuffix(".") ? entry.dropLast() : entry
      let domain = (entry.hasPrefix(".") ? entry.dropFirst() : entry).lowercased()
      return !domain.isEmpty && (name == domain || name.hasSuffix(".\(domain)"))
    }
  }
}

/// An IPv4 or IPv6 address in network byte order.
private struct IPAddress: Equatable {
  let bytes: [UInt8]

  init?(_ text: String) {
    for (family, size) in [(AF_INET, 4), (AF_INET6, 16)] {
      var bytes = [UInt8](repeating: 0, count: size)
      if inet_pton(family, text, &bytes) == 1 {
        self.bytes = bytes
        return
      }
    }
    return nil
  }

  /// Whether the address equals `192.0.2.1` or is in the network `192.0.2.0/24`.
  func isWithin(_ network: Substring) -> Bool {
    let parts = network.split(separator: "/", maxSplits: 1)
    guard let start = parts.first, let other = IPAddress(String(start)),
      other.bytes.count == bytes.count
    else { return false }
    guard parts.count == 2 else { return self == other }
    guard let bits = Int(parts[1]), (0...bytes.count * 8).contains(bits) else { return false }
    return zip(bytes, other.bytes).enumerated().allSatisfy { index, pair in
      let kept = min(max(bits - index * 8, 0), 8)
      return (pair.0 ^ pair.1) >> UInt8(8 - kept) == 0 || kept == 0
    }
  }
}
