import Glibc

/// Replaces a file atomically; by default only its owner can read it. Creates missing directories, and
/// replaces the target of a symbolic link.
func replaceFile(_ path: String, with content: [UInt8], mode: mode_t = 0o600)
  throws(SystemError)
{
  let target = realPath(path) ?? path
  let directory = target.lastIndex(of: "/").map { String(target[..<$0]) } ?? "."
  try makeDirectories(directory)
  // Made with mode 0600.
  var name = Array("\(target).XXXXXX".utf8CString)
  let file = mkstemp(&name)
  guard file >= 0 else { throw .last }
  var isInPlace = false
  defer {
    close(file)
    if !isInPlace { unlink(name) }
  }
  try writeAll(content, to: file)
  guard fchmod(file, mode) == 0, fsync(file) == 0, rename(name, target) == 0 else { throw .last }
  isInPlace = true
  let parent = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
  guard parent >= 0 else { return }
  fsync(parent)
  close(parent)
}

/// The canonical path; nil when there is no such file.
func realPath(_ path: String) -> String? {
  guard let resolved = realpath(path, nil) else { return nil }
  defer { free(resolved) }
  return String(cString: resolved)
}

private func makeDirectories(_ path: String) throws(SystemError) {
  if path.isEmpty || mkdir(path, 0o700) == 0 || errno == EEXIST { return }
  guard errno == ENOENT, let slash = path.lastIndex(of: "/") else { throw .last }
  try makeDirectories(String(path[..<slash]))
  guard mkdir(path, 0o700) == 0 || errno == EEXIST else { throw .last }
}

extension SystemError {
  var isNoSuchFile: Bool { code == ENOENT || code == ENOTDIR }
}

/// The absolute path, valid in any working directory.
func absolutePath(_ path: String?) -> String? {
  guard let path, !path.hasPrefix("/"), let directory = getcwd(nil, 0) else { return path }
  defer { free(directory) }
  return "\(String(cString: directory))/\(path)"
}
