internal import Glibc

extension ConnectionParameters {
  /// An element of the host list.
  public struct Host: Sendable, Equatable {
    public let name: String

    /// Whether it is this machine: a unix socket directory, libpq's default, or a loopback address.
    public var isLocal: Bool {
      if name.isEmpty || name == "localhost" || "/@".contains(name.first!) { return true }
      var address = in_addr()
      if inet_pton(AF_INET, name, &address) == 1 {
        return UInt32(bigEndian: address.s_addr) >> 24 == 127
      }
      return name == "::1"
    }
  }

  public var hosts: [Host] {
    (host ?? "").split(separator: ",", omittingEmptySubsequences: false).map {
      Host(name: String($0))
    }
  }
}
