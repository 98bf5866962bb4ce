@testable import FastCGI

/// What holds of the gatekeeper, whatever a peer sends. Used by the tests and by scripts/fuzz.
enum Property {
  // Small, so that a fuzzer reaches them.
  private static let limits = Admission.Limits(parameters: 300, body: 200)

  /// What does not hold for these bytes; nil when all is well.
  static func violation(_ bytes: UnsafeRawBufferPointer) -> String? {
    let verdict = Admission.examine(bytes, limits: limits)
    if let violation = excess(verdict, bytes.count) { return violation }
    if case .request(let length, _) = verdict {
      let request = UnsafeRawBufferPointer(rebasing: bytes[..<length])
      if let violation = misfit(request) { return violation }
    }
    for count in prefixes(bytes.count) {
      let before = Admission.examine(
        UnsafeRawBufferPointer(rebasing: bytes[..<count]), limits: limits)
      if !mayBecome(before, verdict, count) {
        return "\(count) bytes were \(before), all \(bytes.count) are \(verdict)"
      }
    }
    return nil
  }

  /// Nothing is taken that is not there.
  private static func excess(_ verdict: Admission, _ count: Int) -> String? {
    switch verdict {
    case .request(let length, let isFollowed):
      length > count || isFollowed != (length < count) ? "\(verdict) of \(count) bytes" : nil
    case .management(let length, let answer):
      length > count || answer.count % 8 != 0 || answer.count > 128
        ? "\(verdict) of \(count) bytes" : nil
    case .leftover(let length):
      length > count ? "\(verdict) of \(count) bytes" : nil
    case .incomplete:
      count >= limits.request ? "\(count) bytes are waited for" : nil
    case .rejected:
      nil
    }
  }

  /// What came first decides: a verdict is not taken back when more comes.
  private static func mayBecome(_ before: Admission, _ after: Admission, _ count: Int) -> Bool {
    switch before {
    case .incomplete: true
    case .request(let length, _):
      if case .request(length, _) = after { true } else { false }
    case .management, .leftover: before == after
    // For another reason it may be, as more of what is wrong is seen.
    case .rejected: if case .rejected = after { true } else { false }
    }
  }

  /// Some, as trying all would take quadratic time.
  private static func prefixes(_ count: Int) -> [Int] {
    [count / 4, count / 2, count * 3 / 4, count - 9, count - 8, count - 1].filter { $0 >= 0 }
  }

  /// Reads a request in the most simple-minded way: all of it has to be there, and nothing else.
  private static func misfit(_ request: UnsafeRawBufferPointer) -> String? {
    var streams: [UInt8: [UInt8]] = [4: [], 5: []]
    var ended: Set<UInt8> = []
    var offset = 16
    while offset < request.count {
      guard let header = RecordHeader(request, at: offset) else { return "a header is cut off" }
      let content = request[(offset + 8)...].prefix(header.contentLength)
      guard content.count == header.contentLength, streams[header.kind] != nil,
        !ended.contains(header.kind), header.kind == 4 || ended.contains(4)
      else { return "a record is out of place at \(offset)" }
      guard header.requestID == RecordHeader(request, at: 0)?.requestID else {
        return "a record of another request at \(offset)"
      }
      streams[header.kind]! += content
      if content.isEmpty { ended.insert(header.kind) }
      offset += header.recordLength
    }
    guard offset == request.count, ended == [4, 5] else { return "the streams do not end" }
    guard streams[4]!.count <= limits.parameters, streams[5]!.count <= limits.body else {
      return "more than is allowed"
    }
    return addsUp(streams[4]!) ? nil : "the parameters do not add up"
  }

  private static func addsUp(_ parameters: [UInt8]) -> Bool {
    var rest = parameters[...]
    func length(_ rest: inout ArraySlice<UInt8>) -> Int? {
      guard let first = rest.first else { return nil }
      let size = first < 128 ? 1 : 4
      guard rest.count >= size else { return nil }
      defer { rest = rest.dropFirst(size) }
      return rest.prefix(size).reduce(0) { $0 << 8 | Int($1) } & 0x7FFF_FFFF
    }
    while !rest.isEmpty {
      guard let name = length(&rest), let value = length(&rest), rest.count >= name + value else {
        return false
      }
      rest = rest.dropFirst(name + value)
    }
    return true
  }
}
