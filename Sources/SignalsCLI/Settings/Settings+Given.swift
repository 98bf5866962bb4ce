extension Settings {
  /// What the command line says of them; nil where it says nothing.
  struct Given: Equatable {
    var url: String?
    var context: String?
    var cacert: String?
    var cert: String?
    var key: String?
    var insecure = false
    var tokenFile: String?
    var retry: Int?
    /// In seconds.
    var timeout: Double?

    /// What cannot be meant, for whoever gave it.
    var mistake: String? {
      if let retry, !retryCounts.contains(retry) {
        return "'--retry' takes a number from 0 to \(retryCounts.upperBound)."
      }
      if url != nil && context != nil {
        return "'--url' and '--context' exclude each other: a context has a URL."
      }
      if let timeout, !isTimeout(timeout) {
        return "'--timeout' takes a number of seconds above 0."
      }
      return nil
    }
  }
}
