#ifndef MEDIA_NUT_H
#define MEDIA_NUT_H

#include "buf.h"
#include "codec.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * NUT, the container that carries media on pipes: version 3 of
 * https://ffmpeg.org/~michael/nut.txt, without an index.  What is written
 * here ffmpeg reads, and what ffmpeg writes is read here.  Neither side
 * touches a descriptor: bytes go into and come out of buffers, so that the
 * caller decides when to wait and how much to hand on at once.
 */

/* One access unit, or one audio frame. */
struct nut_packet {
	unsigned track;   /* index of the track in its file */
	int64_t pts, dts; /* in the track's time base; pts at least 0 */
	bool key;         /* decoding may begin here */
	const uint8_t *data;
	size_t len;
};

struct nut_writer;

/*
 * Begin a file of N tracks.  What TRACK points at is copied.  NULL with
 * errno EINVAL (no track, or more than MEDIA_MAX_TRACKS, or one that no
 * file may have) or ENOMEM.
 */
struct nut_writer *nut_writer_open(const struct media_track *track, size_t n);
void nut_writer_close(struct nut_writer *w);

/*
 * Append the file's beginning to OUT: the magic string and the headers.
 * To be called first.  There is nothing to write at a file's end; another
 * file (parameters changed) may follow directly.  0, or -1 with errno
 * EMSGSIZE or ENOMEM as buf_put.
 */
int nut_writer_header(struct nut_writer *w, struct buf *out);

/*
 * Append packet P to OUT.  Packets are in order of dts across the tracks,
 * each track's dts growing.  Allocates nothing but OUT's growth.  0, or -1
 * with errno EINVAL (no such track, pts below 0, longer than
 * MEDIA_MAX_PACKET), EMSGSIZE or ENOMEM; OUT is then as it was.
 */
int nut_writer_put(
    struct nut_writer *w, const struct nut_packet *p, struct buf *out);

/*
 * As nut_writer_put, but append only what stands before the payload: the
 * caller sends P's LEN bytes right after, from where they lie.
 */
int nut_writer_head(
    struct nut_writer *w, const struct nut_packet *p, struct buf *out);

/*
 * The other way.  The caller puts bytes where nut_reader_space says, of a
 * pipe for instance, and takes events until NUT_MORE asks for more bytes.
 * Files may follow each other; damage is passed over up to the next
 * syncpoint or header.
 */
struct nut_reader;

enum nut_event {
	NUT_MORE,     /* nothing whole is left: bring bytes, or say the end */
	NUT_HEADER,   /* a file began: its tracks are known */
	NUT_PACKET,   /* a packet of the file that began last */
	NUT_FINISHED, /* the end was said, and nothing is left */
	NUT_BAD       /* this cannot be read, and nothing more will come */
};

/* What an event brings, valid until the next call on the reader. */
struct nut_read {
	/*
	 * NUT_HEADER: the tracks.  A codec that we do not know is
	 * MEDIA_UNKNOWN, and none of its packets will come.
	 */
	const struct media_track *track;
	size_t tracks;
	/*
	 * NUT_PACKET.  NUT does not carry dts: it is found here from pts and
	 * the track's delay, grows within a run of timestamps, and may be
	 * below 0 or, where the file lies about its delay, above pts.
	 */
	struct nut_packet packet;
	const char *why; /* NUT_BAD: a sentence's end, for people */
};

struct nut_reader *nut_reader_open(void); /* NULL with errno ENOMEM */
void nut_reader_close(struct nut_reader *r);

/*
 * Where to put up to *ROOM bytes, at least 1; then say how many came.  NULL
 * with errno ENOMEM.
 */
uint8_t *nut_reader_space(struct nut_reader *r, size_t *room);
void nut_reader_filled(struct nut_reader *r, size_t n);

/* No more bytes will come. */
void nut_reader_end(struct nut_reader *r);

enum nut_event nut_reader_next(struct nut_reader *r, struct nut_read *out);

/* Bytes passed over so far because they were damaged or nobody's. */
uint64_t nut_reader_skipped(const struct nut_reader *r);

#endif
