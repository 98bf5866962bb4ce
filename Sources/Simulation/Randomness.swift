/// Random numbers that are a function of what they are for: the same question, the same answer, in
/// any order and at any time.
struct Randomness {
  /// What a number is drawn for; drawings for different purposes are independent.
  enum Purpose: UInt64 {
    case stateChangeMoment = 1
    case initialState
    case load
    case noise
    case errorMoment
    case errorCode
  }

  private let key: UInt64

  init(seed: UInt64, machine: Int32) {
    key = Randomness.mix(Randomness.mix(seed) ^ UInt64(UInt32(bitPattern: machine)))
  }

  /// 64 even bits.
  func bits(_ purpose: Purpose, _ index: Int64) -> UInt64 {
    Randomness.mix(
      Randomness.mix(key &+ purpose.rawValue &* 0x9E37_79B9_7F4A_7C15) ^ UInt64(bitPattern: index))
  }

  /// An even number from 0 up to 1.
  func unit(_ purpose: Purpose, _ index: Int64) -> Double {
    Double(bits(purpose, index) >> 11) * 0x1p-53
  }

  /// About a standard normal number: the sum of four even ones, between -3.47 and 3.47.
  func normal(_ purpose: Purpose, _ index: Int64) -> Double {
    let bits = bits(purpose, index)
    let sum = (bits & 0xFFFF) + (bits >> 16 & 0xFFFF) + (bits >> 32 & 0xFFFF) + bits >> 48
    // Four even numbers of 16 bits: mean 2 · 65535, variance (65536² - 1) / 3.
    return (Double(sum) - 131_070) / 37_837.2
  }

  /// The finaliser of SplitMix64.
  private static func mix(_ value: UInt64) -> UInt64 {
    var z = value &+ 0x9E37_79B9_7F4A_7C15
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
