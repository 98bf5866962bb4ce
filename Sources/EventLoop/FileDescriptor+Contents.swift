public import SystemPackage

extension FileDescriptor {
  /// All that there is to read, up to the end.
  ///
  /// - Throws: `Errno`, which is `fileTooLarge` beyond `limit` bytes.
  public func contents(limit: Int) throws -> [UInt8] {
    var contents: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: min(limit + 1, 65_536))
    while true {
      let count = try buffer.withUnsafeMutableBytes { try read(into: $0) }
      if count == 0 { return contents }
      contents += buffer[..<count]
      guard contents.count <= limit else { throw Errno.fileTooLarge }
    }
  }
}
