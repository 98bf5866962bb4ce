internal import CLinux

/// The limit on open descriptors. The corresponding C function is `setrlimit`.
public enum DescriptorLimit {
  /// Raises it to what the process may have at most: every parked connection costs a descriptor.
  public static func raise() { _ = linux_raise_descriptor_limit() }
}
