#ifndef MEDIA_AVC_H
#define MEDIA_AVC_H

#include "codec.h"

/*
 * H.264 (ITU-T H.264) as ISO/IEC 14496-15 stores it.  All of these read
 * bytes from strangers: nothing is believed that the bytes do not hold.
 */

/*
 * "avc1.PPCCLL" (RFC 6381, 3.3) of the AVCDecoderConfigurationRecord P into
 * DST.  0, or -1 with errno EBADMSG.
 */
int avc_codecs(char dst[MEDIA_CODECS_SIZE], const uint8_t *p, size_t len);

#endif
