#ifndef FF_FFCMAF_H
#define FF_FFCMAF_H

#include <libavcodec/codec_par.h>
#include <stddef.h>
#include <stdint.h>

/*
 * What codec a CMAF track is of, with its configuration record, as its
 * initialization section P of LEN bytes says.  The caller frees it.  NULL with
 * errno EBADMSG or ENOMEM.
 */
AVCodecParameters *ffcmaf_parameters(const uint8_t *p, size_t len);

#endif
