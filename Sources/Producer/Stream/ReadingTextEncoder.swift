import Signals
import Simulation
import Time

/// Formats readings as lines of text, without a string per reading.
///
/// Names, values and times have the same form as in the API.
struct ReadingTextEncoder {
  enum Format: String, CaseIterable {
    case csv, ndjson
  }

  /// The text before a value, by machine and type.
  private let beginnings: [[UInt8]]
  private let beforeTime: [UInt8]
  private let end: [UInt8]
  private let longest: Int
  /// The column titles, if the format has them.
  let heading: [UInt8]

  init(_ format: Format, machines: Int) {
    let names = (0..<Int32(machines)).map(Plan.machineName)
    let types = SimulatedSignal.allCases.map(\.name)
    switch format {
    case .csv:
      heading = Array("machine,signal_type,value,timestamp\n".utf8)
      beginnings = names.flatMap { name in types.map { Array("\(name),\($0),".utf8) } }
      beforeTime = Array(",".utf8)
      end = Array("\n".utf8)
    case .ndjson:
      heading = []
      beginnings = names.flatMap { name in
        types.map { Array(#"{"machine":"\#(name)","signal_type":"\#($0)","value":"#.utf8) }
      }
      beforeTime = Array(#","timestamp":""#.utf8)
      end = Array("\"}\n".utf8)
    }
    longest =
      beginnings.reduce(0) { max($0, $1.count) } + ReadingTextEncoder.longestValue
      + beforeTime.count
      + ReadingTextEncoder.timeLength + end.count
  }

  private static let timeLength = 27
  private static let longestValue = 24

  /// The lines of readings, in order.
  func text(_ readings: [Reading]) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: readings.count * longest) { buffer, count in
      var output = Output(buffer)
      var time: [UInt8] = []
      var written: Timestamp?
      let types = SimulatedSignal.allCases.count
      for reading in readings {
        // Many machines have a reading at the same time.
        if reading.time != written {
          time.removeAll(keepingCapacity: true)
          reading.time.append(to: &time)
          written = reading.time
        }
        output.put(beginnings[Int(reading.machine) * types + Int(reading.type)])
        output.put(tenths: Int64((reading.value * 10).rounded()))
        output.put(beforeTime)
        output.put(time)
        output.put(end)
      }
      count = output.count
    }
  }

  /// A buffer that is filled from the front.
  private struct Output {
    private let buffer: UnsafeMutableBufferPointer<UInt8>
    private(set) var count = 0

    init(_ buffer: UnsafeMutableBufferPointer<UInt8>) { self.buffer = buffer }

    @inline(__always)
    mutating func put(_ bytes: [UInt8]) {
      _ = UnsafeMutableBufferPointer(rebasing: buffer[count...]).update(fromContentsOf: bytes)
      count += bytes.count
    }

    /// A number with one decimal unless that is 0; no simulated value needs more.
    mutating func put(tenths: Int64) {
      if tenths < 0 {
        put(UInt8(ascii: "-"))
      }
      let (whole, tenth) = tenths.magnitude.quotientAndRemainder(dividingBy: 10)
      put(whole)
      if tenth > 0 {
        put(UInt8(ascii: "."))
        put(UInt8(ascii: "0") + UInt8(tenth))
      }
    }

    private mutating func put(_ number: UInt64) {
      var unit: UInt64 = 1
      while number / unit >= 10 { unit *= 10 }
      var rest = number
      while unit > 0 {
        put(UInt8(ascii: "0") + UInt8(rest / unit))
        rest %= unit
        unit /= 10
      }
    }

    private mutating func put(_ byte: UInt8) {
      buffer[count] = byte
      count += 1
    }
  }
}
