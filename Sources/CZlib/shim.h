#ifndef SIGNALS_CZLIB_SHIM_H
#define SIGNALS_CZLIB_SHIM_H
// zlib does not write to its input.
#define ZLIB_CONST
#include <zlib.h>

// A macro in zlib.h. 31: the largest window, and only gzip's format.
static inline int zlib_inflate_init_gzip(z_stream *stream) { return inflateInit2(stream, 31); }
#endif
