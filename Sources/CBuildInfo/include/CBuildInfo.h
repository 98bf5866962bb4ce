// The commit that the programs were built from.
#pragma once

// 40 hexadecimal digits; empty when the source was not in a Git repository.
const char *signals_commit(void);
