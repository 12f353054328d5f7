#ifndef EDGED_XML_H
#define EDGED_XML_H

#include "buf.h"

#include <stdint.h>

/* Attributes of XML 1.0 elements, each appended with a blank before it. */

/* NAME="VALUE", whatever VALUE is; what XML cannot say becomes '?'. */
void xml_text(struct buf *out, const char *name, const char *value);
void xml_number(struct buf *out, const char *name, uint64_t value);

/* A duration (XML Schema, 3.2.6) to the microsecond: PT3.5S. */
void xml_duration(struct buf *out, const char *name, uint64_t us);

/* A time, in UTC, to the millisecond. */
void xml_time(struct buf *out, const char *name, uint64_t time_us);

#endif
