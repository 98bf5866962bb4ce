internal import Glibc
public import Time

extension MetricsText {
  /// Adds the standard process metrics of the Prometheus client libraries, from `/proc`.
  public mutating func appendProcess(startedAt: Timestamp) {
    single(
      "process_start_time_seconds", .gauge, "Start time of the process, in seconds since 1970.",
      Double(startedAt.microseconds) / 1_000_000)
    var usage = rusage()
    if getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage) == 0 {
      func seconds(_ time: timeval) -> Double {
        Double(time.tv_sec) + Double(time.tv_usec) / 1_000_000
      }
      single(
        "process_cpu_seconds_total", .counter, "User and system CPU time.",
        seconds(usage.ru_utime) + seconds(usage.ru_stime))
    }
    if let pages = MetricsText.residentPages() {
      single(
        "process_resident_memory_bytes", .gauge, "Resident memory.",
        Double(pages * sysconf(Int32(_SC_PAGESIZE))))
    }
    if let count = MetricsText.openDescriptors() {
      single("process_open_fds", .gauge, "Open file descriptors.", Double(count))
    }
  }

  private static func residentPages() -> Int? {
    guard let file = fopen("/proc/self/statm", "r") else { return nil }
    defer { fclose(file) }
    var line = [CChar](repeating: 0, count: 128)
    guard fgets(&line, Int32(line.count), file) != nil else { return nil }
    let fields = String(decoding: line.prefix { $0 != 0 }.map(UInt8.init), as: UTF8.self)
      .split(separator: " ")
    return fields.count > 1 ? Int(fields[1]) : nil
  }

  private static func openDescriptors() -> Int? {
    guard let directory = opendir("/proc/self/fd") else { return nil }
    defer { closedir(directory) }
    var count = 0
    while readdir(directory) != nil { count += 1 }
    // Without ".", ".." and the descriptor of the directory itself.
    return count - 3
  }
}
