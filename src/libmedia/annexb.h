#ifndef MEDIA_ANNEXB_H
#define MEDIA_ANNEXB_H

#include <stdint.h>

/*
 * The next start code prefix, 00 00 01 (ITU-T H.264 and H.265, annex B), from
 * P on, or END.  It costs little more than memchr().
 */
const uint8_t *annexb_start(const uint8_t *p, const uint8_t *end);

#endif
