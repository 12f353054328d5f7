#ifndef RTMPD_CHUNK_H
#define RTMPD_CHUNK_H

#include "buf.h"

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/*
 * RTMP's chunk layer (RTMP 1.0, section 5.3): messages, cut into chunks so
 * that a long one does not hold up a short one.  The reader takes the
 * bytes as they come, obeys Set Chunk Size and Abort itself, and gives
 * every message on; its memory has the limits below.
 */
enum {
	CHUNK_SIZE_FIRST = 128,    /* until Set Chunk Size, both ways */
	CHUNK_SIZE_MAX = 0xffffff, /* the longest message: no use beyond */
	CHUNK_STREAMS_MAX = 64,
	/* The longest message, and bytes of unfinished ones together. */
	CHUNK_MESSAGE_MAX = 64 * 1024,
	CHUNK_PARTIAL_MAX = 1024 * 1024,
	/* The same for audio and video of a peer that is trusted with more. */
	CHUNK_MEDIA_MAX = 16 * 1024 * 1024 - 1,
	CHUNK_MEDIA_PARTIAL_MAX = 16 * 1024 * 1024
};

/* Message types (RTMP 1.0, sections 5.4, 6.2 and 7.1). */
enum chunk_type {
	CHUNK_SET_SIZE = 1,
	CHUNK_ABORT = 2,
	CHUNK_ACK = 3,
	CHUNK_USER_CONTROL = 4,
	CHUNK_WINDOW = 5,
	CHUNK_BANDWIDTH = 6,
	CHUNK_AUDIO = 8,
	CHUNK_VIDEO = 9,
	CHUNK_DATA_AMF3 = 15,
	CHUNK_COMMAND_AMF3 = 17,
	CHUNK_DATA = 18,
	CHUNK_COMMAND = 20,
	CHUNK_AGGREGATE = 22
};

struct chunk_message {
	uint32_t csid;         /* the chunk stream it came on */
	uint8_t type;          /* enum chunk_type, or another */
	uint32_t stream;       /* message stream id; 0: the connection */
	uint32_t timestamp_ms; /* wraps */
	const uint8_t *p;      /* valid inside the callback only */
	size_t len;
};

/*
 * What to do with a message.  0: go on.  1: stop after this one.  -1: fail
 * with the errno set.
 */
typedef int chunk_message_fn(void *ctx, const struct chunk_message *m);

struct chunk_reader;

/* NULL with errno ENOMEM. */
struct chunk_reader *chunk_reader_open(chunk_message_fn *fn, void *ctx);
void chunk_reader_close(struct chunk_reader *r);

/* The peer may send media: the larger limits hold from the next header. */
void chunk_reader_trust(struct chunk_reader *r);

/*
 * Take the N bytes at P.  How many were taken: N, or fewer when the
 * callback stopped us; the rest is to be given again.  -1 with errno
 * EBADMSG (not RTMP, see chunk_reader_why()), EMSGSIZE (a limit, as well),
 * ENOMEM or the callback's; the reader is then of no more use.
 */
ssize_t chunk_reader_feed(struct chunk_reader *r, const uint8_t *p, size_t n);

/* What was wrong, for people ("chunk size 0"), or NULL. */
const char *chunk_reader_why(const struct chunk_reader *r);

/* Bytes held for unfinished messages. */
size_t chunk_reader_held(const struct chunk_reader *r);

/*
 * Append message M to OUT in chunks of at most SIZE bytes; its csid is 2 to
 * 63 and its timestamp below 0xffffff.  Check out->failed.
 */
void chunk_put(struct buf *out, const struct chunk_message *m, uint32_t size);

#endif
