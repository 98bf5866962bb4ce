-- The summary of wrk: requests, seconds, p50, p99 and p99.9 in microseconds, errors; separated by tabs.
function done(summary, latency, _)
  local errors = summary.errors
  io.write(string.format("result\t%d\t%.3f\t%d\t%d\t%d\t%d\n",
    summary.requests, summary.duration / 1e6,
    latency:percentile(50), latency:percentile(99), latency:percentile(99.9),
    errors.connect + errors.read + errors.write + errors.status + errors.timeout))
end
