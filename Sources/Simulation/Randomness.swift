/// Random numbers as a pure function of their purpose and index: reproducible in any order and at any
/// time.
struct Randomness: Sendable {
  /// What a number is used for; different purposes are independent.
  enum Purpose: UInt64 {
    case stateChangeMoment = 1
    case initialState
    case load
    case noise
    case errorMoment
    case errorSeverity
    case errorCode
    case stopKind
  }

  private let key: UInt64

  init(seed: UInt64, machine: Int32) {
    key = Randomness.mix(Randomness.mix(seed) ^ UInt64(UInt32(bitPattern: machine)))
  }

  /// The numbers for one purpose.
  func sequence(_ purpose: Purpose) -> RandomSequence {
    RandomSequence(
      key: Randomness.mix(key &+ purpose.rawValue &* 0x9E37_79B9_7F4A_7C15))
  }

  /// The finalizer of SplitMix64.
  @inline(__always)
  fileprivate static func mix(_ value: UInt64) -> UInt64 {
    var z = value &+ 0x9E37_79B9_7F4A_7C15
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

/// Random numbers by index.
struct RandomSequence: Sendable {
  fileprivate let key: UInt64

  /// 64 uniform bits.
  @inline(__always)
  func bits(_ index: Int64) -> UInt64 { Randomness.mix(key ^ UInt64(bitPattern: index)) }

  /// A uniform integer from 0 up to `bound`.
  func below(_ bound: Int64, _ index: Int64) -> Int64 {
    Int64(bits(index).multipliedFullWidth(by: UInt64(bound)).high)
  }

  /// An approximately normal number: the sum of four uniform ones, within ±3.46 standard deviations.
  ///
  /// The standard deviation is ``deviation``.
  @inline(__always)
  func normal(_ index: Int64) -> Int64 {
    let bits = bits(index)
    let sum = (bits & 0xFFFF) + (bits >> 16 & 0xFFFF) + (bits >> 32 & 0xFFFF) + bits >> 48
    return Int64(sum) - 2 * 65_535
  }

  /// The sum of four uniform 16-bit numbers has the variance (65536² - 1) / 3.
  static let deviation: Int64 = 37_837
}
