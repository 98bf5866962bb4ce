import Access
import Glibc
import Postgres
import Server

/// The configuration of `signals-accessor`.
struct AccessorConfiguration: Sendable {
  /// The source of readings.
  var database: ConnectionParameters
  /// The path of the FastCGI socket.
  var socketPath: String
  /// Access to readings.
  var access: AccessSettings
  /// The number of threads, each with its own connections.
  var lanes: Int
  /// PostgreSQL sessions per lane.
  var connectionsPerLane: Int
  /// The time limit of a query.
  var queryTimeout: Duration
  /// PostgreSQL sessions per lane for queries that read many readings.
  var scanConnectionsPerLane: Int
  /// The time limit of such a query.
  var scanTimeout: Duration
  /// The number of requests per lane that may wait for the database.
  var maxWaiting: Int

  /// Requests that take longer are logged.
  var slowRequest: Duration
  /// A machine without a reading for longer is silent.
  var silentAfter: Duration

  init(_ settings: Settings) throws(InvalidSetting) {
    database = try settings.database(applicationName: "signals-accessor")
    socketPath = settings.path("ACCESSOR_SOCKET", default: "accessor.sock")
    access = try settings.accessSettings()
    let lanes = try settings.integer("ACCESSOR_LANES", default: 0, in: 0...256)
    // The web server and the database need the other half. On two cores one lane also serves more than two
    // do, because more calls share each query.
    self.lanes = lanes > 0 ? lanes : max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))) / 2)
    connectionsPerLane = try settings.integer(
      "ACCESSOR_CONNECTIONS_PER_LANE", default: 2, in: 1...64)
    // Below a second, so that an unresponsive database is reported within one.
    queryTimeout = try settings.milliseconds(
      "ACCESSOR_QUERY_TIMEOUT_MS", default: 900, in: 10...600_000)
    scanConnectionsPerLane = try settings.integer(
      "ACCESSOR_SCAN_CONNECTIONS_PER_LANE", default: 2, in: 1...64)
    scanTimeout = try settings.milliseconds(
      "ACCESSOR_SCAN_TIMEOUT_MS", default: 10_000, in: 10...600_000)
    slowRequest = try settings.milliseconds(
      "ACCESSOR_SLOW_REQUEST_MS", default: 1000, in: 1...600_000)
    maxWaiting = try settings.integer("ACCESSOR_MAX_WAITING", default: 4096, in: 1...1_000_000)
    silentAfter = .seconds(try settings.integer("SILENT_AFTER", default: 10, in: 1...86_400))
  }
}
