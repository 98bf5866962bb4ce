/// Validates the lengths of a request's parameter names and values across records.
struct ParameterCheck {
  private enum Expectation {
    case nameLength
    case valueLength(name: Int)
    case moreOfLength(Length, value: Int, missing: Int)
    case content(missing: Int)
  }

  private enum Length {
    case name
    case value(name: Int)
  }

  private var expectation = Expectation.nameLength
  /// Bytes consumed so far.
  private(set) var total = 0

  /// Whether the parameters may end here.
  var isComplete: Bool {
    if case .nameLength = expectation { return true }
    return false
  }

  /// Consumes the next bytes; false when a length exceeds `limit`.
  mutating func take(_ bytes: UnsafeRawBufferPointer, limit: Int) -> Bool {
    total += bytes.count
    var offset = 0
    while offset < bytes.count {
      switch expectation {
      case .content(let missing):
        let here = min(missing, bytes.count - offset)
        offset += here
        expectation = here == missing ? .nameLength : .content(missing: missing - here)
      case .nameLength:
        begin(.name, bytes[offset])
        offset += 1
      case .valueLength(let name):
        begin(.value(name: name), bytes[offset])
        offset += 1
      case .moreOfLength(let length, let value, let missing):
        let value = value << 8 | Int(bytes[offset])
        offset += 1
        if missing > 1 {
          expectation = .moreOfLength(length, value: value, missing: missing - 1)
        } else {
          finish(length, value)
        }
      }
      if case .valueLength(let name) = expectation, name > limit { return false }
      if case .content(let missing) = expectation, missing > limit { return false }
    }
    return true
  }

  /// A first byte below 128 is the length; otherwise it is the first of four.
  private mutating func begin(_ length: Length, _ byte: UInt8) {
    if byte < 0x80 {
      finish(length, Int(byte))
    } else {
      expectation = .moreOfLength(length, value: Int(byte & 0x7F), missing: 3)
    }
  }

  private mutating func finish(_ length: Length, _ value: Int) {
    switch length {
    case .name: expectation = .valueLength(name: value)
    case .value(let name):
      expectation = name + value == 0 ? .nameLength : .content(missing: name + value)
    }
  }
}
