#ifndef RTMPD_FLV_H
#define RTMPD_FLV_H

#include "coding.h"
#include "extended.h"
#include "str.h"

/*
 * The bodies of FLV's tags, which are the payloads of RTMP's messages
 * (Adobe Flash Video File Format 10.1, annex E.4; Enhanced RTMP, see
 * extended.h, for what has a FourCC).
 */
enum flv_kind {
	FLV_NOTHING,    /* in order, and of no use to us */
	FLV_CONFIG,     /* the codec's configuration record */
	FLV_DESCRIPTOR, /* the same, as MPEG-2 TS has it */
	FLV_CHANNELS,   /* Enhanced RTMP's MultichannelConfig */
	FLV_METADATA,   /* AMF0: a name, and what it names */
	FLV_FRAME
};

/* What a body has of one track. */
struct flv_tag {
	enum flv_kind kind;
	const struct coding *coding;
	uint32_t fourcc; /* 0: it has none */
	unsigned track;  /* its id among those of its kind, 0 to 255 */
	bool key;
	uint32_t offset_ns;     /* of its time, beyond the milliseconds */
	int32_t composition_ms; /* presentation minus decoding time */
	const uint8_t *p;       /* inside what was parsed */
	size_t len;
};

/* A cursor over a body's tracks. */
struct flv {
	enum media_kind kind;
	const uint8_t *p;
	size_t len;
	enum { FLV_OLD, FLV_EXTENDED, FLV_OVER } form;
	struct extended extended;
};

void flv_begin(
    struct flv *f, enum media_kind kind, const uint8_t *p, size_t len);

/*
 * The next of them.  1; 0 when there is none; -1 with errno EBADMSG, and then
 * there are no more, or ENOTSUP when it is of a codec that we do not take:
 * T->coding or T->fourcc then tells of which, if anything does.
 */
int flv_next(struct flv *f, struct flv_tag *t);

/* What onMetaData claims; hints, never to be relied on. */
struct flv_metadata {
	struct str encoder;
	unsigned videos, audios; /* so many tracks there is talk of */
	uint32_t width, height, frame_rate_mhz;
};

/*
 * Read a data message.  0; 1 when it is another one than onMetaData; -1
 * with errno EBADMSG.
 */
int flv_metadata(struct flv_metadata *m, const uint8_t *p, size_t len);

#endif
