@testable import FastCGI

/// What holds of the gatekeeper, whatever a peer sends and however it is cut. Used by the tests and by
/// scripts/fuzz.
enum Property {
  // Small, so that a fuzzer reaches them.
  private static let limits = Admission.Limits(parameters: 300, step: 512)
  private static let bodyLimit = 700

  /// What does not hold for these bytes; nil when all is well.
  static func violation(_ bytes: UnsafeRawBufferPointer) -> String? {
    let verdict = Admission.examine(bytes, limits: limits)
    if let violation = excess(verdict, bytes.count) { return violation }
    let atOnce = Arrival(bytes, cuts: [])
    if let violation = atOnce.violation { return violation }
    if case .request(let length, let body) = atOnce.outcome {
      let request = UnsafeRawBufferPointer(rebasing: bytes[..<length])
      if let violation = misfit(request, body) { return violation }
    }
    for cuts in Property.cuts(bytes) {
      let cut = Arrival(bytes, cuts: cuts)
      if let violation = cut.violation { return "\(violation), cut at \(cuts)" }
      if !agrees(cut.outcome, atOnce.outcome) {
        return "\(cut.outcome) when cut at \(cuts), \(atOnce.outcome) at once"
      }
    }
    return nil
  }

  /// Nothing is taken that is not there.
  private static func excess(_ verdict: Admission, _ count: Int) -> String? {
    switch verdict {
    case .request(let opening):
      opening.length > count
        || opening.isFollowed != (opening.body.isComplete && opening.length < count)
        || !opening.body.isComplete && opening.length % limits.step != 0
        ? "\(verdict) of \(count) bytes" : nil
    case .management(let length, let answer):
      length > count || answer.count % 8 != 0 || answer.count > 128
        ? "\(verdict) of \(count) bytes" : nil
    case .leftover(let length):
      length > count ? "\(verdict) of \(count) bytes" : nil
    case .incomplete:
      count >= limits.window ? "\(count) bytes are waited for" : nil
    case .rejected:
      nil
    }
  }

  /// What came first decides, and where the bytes were cut does not. For another reason they may be
  /// rejected, as more of what is wrong is seen at once.
  private static func agrees(_ cut: Arrival.Outcome, _ atOnce: Arrival.Outcome) -> Bool {
    switch (cut, atOnce) {
    case (.rejected, .rejected): true
    default: cut == atOnce
    }
  }

  /// Where the bytes are cut: some ways, as trying all would take quadratic time.
  private static func cuts(_ bytes: UnsafeRawBufferPointer) -> [[Int]] {
    let count = bytes.count
    var state = bytes.reduce(UInt64(count) &* 0x9E37_79B9) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    let random = (0..<4).map { _ in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % max(count, 1)
    }
    return [
      [count - 1], [count - 8], [count / 2], [count / 4, count / 2, count * 3 / 4], random.sorted(),
      Array(stride(from: 7, to: count, by: 7)), Array(stride(from: 512, to: count, by: 512)),
    ].map { $0.filter { $0 > 0 && $0 < count } }
  }

  /// One request as it comes: what a connection does with it, and what libfcgi then reads.
  private struct Arrival {
    enum Outcome: Equatable {
      case incomplete
      case request(length: Int, body: [UInt8])
      case other(Admission)
      case rejected
    }

    private(set) var outcome = Outcome.incomplete
    private(set) var violation: String?
    private var library: Library

    init(_ bytes: UnsafeRawBufferPointer, cuts: [Int]) {
      library = Library(step: limits.step)
      for count in cuts + [bytes.count] where outcome == .incomplete && violation == nil {
        arrive(UnsafeRawBufferPointer(rebasing: bytes[..<count]))
      }
    }

    private var check: BodyCheck?

    /// So much has come by now.
    private mutating func arrive(_ bytes: UnsafeRawBufferPointer) {
      if check == nil {
        // A connection never looks at more at a time.
        let window = UnsafeRawBufferPointer(rebasing: bytes.prefix(limits.window))
        switch Admission.examine(window, limits: limits) {
        case .incomplete: return
        case .rejected: outcome = .rejected
        case .request(let opening):
          check = opening.body
          read(bytes, upTo: opening.length)
        case let other: outcome = .other(other)
        }
      }
      while outcome == .incomplete, violation == nil, let before = check {
        let rest = UnsafeRawBufferPointer(
          rebasing: bytes[library.position...].prefix(limits.window))
        var ahead = before
        do throws(Admission.Rejection) {
          guard let length = try ahead.admit(rest, from: 0, step: limits.step, limit: bodyLimit)
          else { return }
          check = ahead
          read(bytes, upTo: library.position + length)
        } catch {
          outcome = .rejected
        }
      }
    }

    /// libfcgi reads, and is to find exactly the content that was validated, within `length`.
    private mutating func read(_ bytes: UnsafeRawBufferPointer, upTo length: Int) {
      guard let check else { return }
      violation = library.read(bytes, validated: length, content: check.received)
      if !check.isComplete, library.position != length {
        violation = "\(library.position) bytes were taken, \(length) validated"
      }
      // As the head tells how long the body is.
      if check.announced > bodyLimit { outcome = .rejected }
      if violation == nil, outcome == .incomplete, check.isComplete {
        if let trouble = library.readEnd(bytes, validated: length) {
          violation = trouble
        } else {
          outcome = .request(length: length, body: library.body)
        }
      }
    }
  }

  /// libfcgi as far as it reads: it takes a step from the socket whenever what it has does not do.
  private struct Library {
    let step: Int
    /// How far it has taken bytes from the socket.
    private(set) var position = 0
    private(set) var body: [UInt8] = []
    private var offset = 0
    private var hasHead = false

    init(step: Int) { self.step = step }

    mutating func read(
      _ bytes: UnsafeRawBufferPointer, validated: Int, content: Int
    ) -> String? {
      if !hasHead {
        hasHead = true
        while true {
          guard let header = header(bytes, validated) else { return "a head is waited for" }
          guard header.kind == 1 || header.kind == 4 else {
            return "record \(header.kind) in a head"
          }
          for _ in 0..<header.contentLength + header.paddingLength {
            guard byte(bytes, validated) != nil else { return "parameters are waited for" }
          }
          if header.kind == 4, header.contentLength == 0 { break }
        }
      }
      while body.count < content {
        if missing == 0 {
          if let trouble = nextRecord(bytes, validated) { return trouble }
          guard missing > 0 else { return "the body ends too early" }
        }
        guard let byte = byte(bytes, validated) else { return "content is waited for" }
        body.append(byte)
        missing -= 1
      }
      return nil
    }

    mutating func readEnd(_ bytes: UnsafeRawBufferPointer, validated: Int) -> String? {
      if let trouble = nextRecord(bytes, validated) { return trouble }
      if missing > 0 { return "the body does not end" }
      return offset == validated ? nil : "\(offset) bytes were read, \(validated) validated"
    }

    private var missing = 0
    private var padding = 0

    private mutating func nextRecord(_ bytes: UnsafeRawBufferPointer, _ validated: Int) -> String? {
      for _ in 0..<padding where byte(bytes, validated) == nil { return "padding is waited for" }
      guard let header = header(bytes, validated) else { return "a header is waited for" }
      guard header.kind == 5 else { return "record \(header.kind) in a body" }
      (missing, padding) = (header.contentLength, header.paddingLength)
      return nil
    }

    private mutating func header(_ bytes: UnsafeRawBufferPointer, _ validated: Int) -> RecordHeader?
    {
      var header: [UInt8] = []
      for _ in 0..<RecordHeader.size {
        guard let byte = byte(bytes, validated) else { return nil }
        header.append(byte)
      }
      return header.withUnsafeBytes { RecordHeader($0, at: 0) }
    }

    /// The next byte; nil where it would have to wait, or take what was not validated.
    private mutating func byte(_ bytes: UnsafeRawBufferPointer, _ validated: Int) -> UInt8? {
      if offset == position { position += min(step, bytes.count - position) }
      guard offset < min(position, validated) else { return nil }
      offset += 1
      return bytes[offset - 1]
    }
  }

  /// Reads a request in the most simple-minded way: all of it has to be there, and nothing else.
  private static func misfit(_ request: UnsafeRawBufferPointer, _ body: [UInt8]) -> String? {
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
    guard streams[4]!.count <= limits.parameters, streams[5]!.count <= bodyLimit else {
      return "more than is allowed"
    }
    guard streams[5]! == body else { return "libfcgi reads another body" }
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
