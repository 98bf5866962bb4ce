#include "CBuildInfo.h"

// Defined by Package.swift. A function, so that a new commit compiles this file alone.
#ifndef SIGNALS_COMMIT
#define SIGNALS_COMMIT ""
#endif

const char *signals_commit(void) { return SIGNALS_COMMIT; }
