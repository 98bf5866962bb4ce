/// The version of the three programs, which are released together.
public let version = "0.1.0"
