extension ClientSettings {
  /// The settings given on the command line; nil when absent.
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

    /// The error message for an invalid combination or value; nil when all are valid.
    var mistake: String? {
      if let retry, !retryCounts.contains(retry) {
        return "'--retry' must be an integer from 0 to \(retryCounts.upperBound)."
      }
      if url != nil && context != nil {
        return "'--url' cannot be combined with '--context'."
      }
      if let timeout, !isTimeout(timeout) {
        return "'--timeout' must be a positive number of seconds."
      }
      return nil
    }
  }
}
