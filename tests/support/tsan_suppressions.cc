// ThreadSanitizer cannot see how libzmq orders its own threads: the library is not built with it.

extern "C" const char* __tsan_default_suppressions() {  // NOLINT: the sanitizer's name
  return "called_from_lib:libzmq.so\n";
}
