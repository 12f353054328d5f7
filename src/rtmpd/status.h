#ifndef RTMPD_STATUS_H
#define RTMPD_STATUS_H

#include "refusal.h"

/* The code that an encoder's onStatus bears: "NetStream.Publish.BadName". */
const char *status_code(enum refusal r);

#endif
