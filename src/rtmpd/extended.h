#ifndef RTMPD_EXTENDED_H
#define RTMPD_EXTENDED_H

#include "codec.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The extended tag headers of Enhanced RTMP (veovera, "Enhanced RTMP (V2)",
 * sections "Enhanced Audio" and "Enhanced Video", which version 1 is a part
 * of): a codec by its FourCC, and several tracks in one message.
 */
enum extended_packet {
	EXTENDED_SEQUENCE_START,
	EXTENDED_CODED_FRAMES, /* a composition offset first, of some codecs */
	EXTENDED_CODED_FRAMES_X, /* none, and it is 0 */
	EXTENDED_SEQUENCE_END,
	EXTENDED_METADATA,          /* AMF0: names and values */
	EXTENDED_TS_SEQUENCE_START, /* a descriptor of MPEG-2 TS */
	EXTENDED_CHANNELS           /* MultichannelConfig */
};

/* What a message has of one track. */
struct extended_part {
	unsigned track; /* its id, 0 to 255; 0 where there is but one */
	uint32_t fourcc;
	const uint8_t *p; /* inside the message */
	size_t len;
};

/*
 * A cursor over a message's parts.  The fields are for reading once it is
 * begun.
 */
struct extended {
	enum extended_packet packet; /* of all its parts */
	bool key;                    /* video: decoding may begin here */
	uint32_t offset_ns;          /* to be added to the message's time */

	const uint8_t *p, *end;
	bool more; /* parts */
	/* In front of each: a track's id, its length, and a FourCC. */
	bool multitrack, sized, each_fourcc;
	unsigned parts; /* so far */
	uint32_t fourcc;
};

/* More parts in one message are not taken: tracks are as many. */
enum { EXTENDED_PARTS_MAX = 256 };

/* Are the LEN bytes at P, the body of a tag of KIND, for extended_begin()? */
bool extended_is(enum media_kind kind, const uint8_t *p, size_t len);

/*
 * Begin with a body that is.  0, or -1 with errno EBADMSG when it is cut
 * short or has in it what nobody defined.
 */
int extended_begin(
    struct extended *x, enum media_kind kind, const uint8_t *p, size_t len);

/*
 * The next part.  1; 0 when there is none, which holds for the first one of a
 * command to a player; -1 with errno EBADMSG, and then there are no more.
 */
int extended_next(struct extended *x, struct extended_part *part);

#endif
