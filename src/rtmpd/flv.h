#ifndef RTMPD_FLV_H
#define RTMPD_FLV_H

#include "coding.h"
#include "str.h"

/*
 * The bodies of FLV's tags, which are the payloads of RTMP's messages
 * (Adobe Flash Video File Format 10.1, annex E.4; Enhanced RTMP v1 for what
 * has a FourCC).
 */
enum flv_kind {
	FLV_NOTHING, /* in order, and of no use to us */
	FLV_CONFIG,  /* the codec's configuration record */
	FLV_FRAME
};

struct flv_tag {
	enum flv_kind kind;
	const struct coding *coding;
	bool key;
	int32_t composition_ms; /* presentation minus decoding time */
	const uint8_t *p;       /* inside what was parsed */
	size_t len;
};

/*
 * Take a video or audio tag's body apart.  0, or -1 with errno EBADMSG
 * (malformed), or ENOTSUP when it is of a codec that we do not take:
 * T->coding is then the one, or NULL.
 */
int flv_video(struct flv_tag *t, const uint8_t *p, size_t len);
int flv_audio(struct flv_tag *t, const uint8_t *p, size_t len);

/* What onMetaData claims; hints, never to be relied on. */
struct flv_metadata {
	struct str encoder;
	bool has_video, has_audio; /* there is talk of it */
	uint32_t width, height, frame_rate_mhz;
};

/*
 * Read a data message.  0; 1 when it is another one than onMetaData; -1
 * with errno EBADMSG.
 */
int flv_metadata(struct flv_metadata *m, const uint8_t *p, size_t len);

#endif
