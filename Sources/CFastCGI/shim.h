#ifndef SIGNALS_CFASTCGI_SHIM_H
#define SIGNALS_CFASTCGI_SHIM_H
#include <fcgiapp.h>
#endif
