internal import CCurl

/// Performs transfers and caches their connections. The corresponding C type is `CURLM`.
///
/// One transfer at a time, like `curl_easy_perform`, which however looks up from its socket only once a
/// second.
struct MultiHandle: ~Copyable {
  private let pointer: UnsafeMutableRawPointer

  init() throws(CurlError) {
    guard let pointer = curl_multi_init() else {
      throw CurlError(CURLE_OUT_OF_MEMORY, during: "set up libcurl")
    }
    self.pointer = pointer
  }

  deinit { curl_multi_cleanup(pointer) }

  /// Waits until the transfer has ended or the caller aborts it.
  mutating func perform(_ easy: borrowing EasyHandle, _ waitHook: WaitHook?) -> CURLcode {
    guard curl_multi_add_handle(pointer, easy.pointer) == CURLM_OK else {
      return CURLE_FAILED_INIT
    }
    // The connections stay cached.
    defer { curl_multi_remove_handle(pointer, easy.pointer) }
    var next = ContinuousClock.now + (waitHook?.interval ?? .seconds(60))
    var running: Int32 = 0
    while true {
      guard curl_multi_perform(pointer, &running) == CURLM_OK else { return CURLE_OUT_OF_MEMORY }
      guard running > 0 else { return result }
      let isCalled = wait(until: next, waitHook?.descriptors ?? [])
      guard let waitHook, isCalled || ContinuousClock.now >= next else { continue }
      guard waitHook.action() == .proceed else { return CURLE_ABORTED_BY_CALLBACK }
      next = .now + waitHook.interval
    }
  }

  /// Waits until `deadline` for the connection or one of the descriptors; returns whether one of the
  /// descriptors is readable.
  private func wait(until deadline: ContinuousClock.Instant, _ descriptors: [Int32]) -> Bool {
    var extra = descriptors.map {
      curl_waitfd(fd: $0, events: Int16(CURL_WAIT_POLLIN), revents: 0)
    }
    let milliseconds = ((deadline - .now) / .milliseconds(1)).rounded(.up)
    let timeout = Int32(min(max(milliseconds, 0), 60_000))
    curl_multi_poll(pointer, &extra, UInt32(extra.count), timeout, nil)
    return extra.contains { $0.revents != 0 }
  }

  private var result: CURLcode {
    var left: Int32 = 0
    guard let message = curl_multi_info_read(pointer, &left), message.pointee.msg == CURLMSG_DONE
    else { return CURLE_FAILED_INIT }
    return message.pointee.data.result
  }
}
