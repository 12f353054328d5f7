#ifndef RTMPD_OUTLET_H
#define RTMPD_OUTLET_H

#include "broadcast.h"
#include "remux.h"

/* A remuxer whose tracks and packets go to B.  NULL with errno ENOMEM. */
struct remux *outlet_open(struct broadcast *b);

#endif
