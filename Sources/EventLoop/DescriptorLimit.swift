internal import CLinux

/// The limit on open descriptors. The corresponding C function is `setrlimit`.
public enum DescriptorLimit {
  /// Raises it to the hard limit: every parked connection needs a descriptor.
  public static func raise() { _ = linux_raise_descriptor_limit() }
}
