#include "link.h"
#include "clock.h"
#include "fferr.h"
#include "ffts.h"
#include "flv.h"

#include <errno.h>
#include <libavformat/avio.h>
#include <libavutil/dict.h>
#include <libavutil/error.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	MICRO = 1000000,
	MS_US = 1000,
	/* Times of another file may begin anywhere: farther off is a jump. */
	JUMP_US = 1000000,
	JOIN_US = 40000,
	MAX_BYTES = 2 * MEDIA_MAX_PACKET
};

struct link {
	const struct url *url;
	const struct link_limits *limits;
	const atomic_bool *stop;
	uint64_t deadline_us;
	AVIOContext *io;

	/* Places of the tracks that are sent; -1: is not. */
	int place[MEDIA_MAX_TRACKS];
	struct media_track track[MEDIA_MAX_TRACKS];
	size_t tracks;

	struct buf buf;  /* RTMP: the tags to be sent */
	struct ffts *ts; /* SRT */

	/* What is sent counts from 0, and goes on over jumps. */
	bool timed, renewed;
	int64_t shift_us, last_us;
};

static bool
late(const struct link *l)
{
	return atomic_load(l->stop) || clock_mono_us() > l->deadline_us;
}

static int
interrupted(void *arg)
{
	return late(arg);
}

static void
allow(struct link *l, unsigned ms)
{
	l->deadline_us = clock_mono_us() + (uint64_t)ms * MS_US;
}

/* What the error CODE means here. */
static int
failed(const struct link *l, int code, char why[LINK_WHY_SIZE])
{
	char text[FFERR_SIZE];

	fferr_said(text);
	if (late(l))
		(void)snprintf(why, LINK_WHY_SIZE, "%s",
		    atomic_load(l->stop) ? "we are stopping"
					 : "it took too long");
	else if (text[0] != '\0')
		(void)snprintf(why, LINK_WHY_SIZE, "it said: %s", text);
	/* FFmpeg's RTMP has but a -1 for many things. */
	else if (code == AVERROR(EPERM))
		(void)snprintf(why, LINK_WHY_SIZE, "it went away");
	else {
		fferr_text(text, code);
		(void)snprintf(why, LINK_WHY_SIZE, "%s", text);
	}
	return -1;
}

static int
connect_to(struct link *l, char why[LINK_WHY_SIZE])
{
	const AVIOInterruptCB cb = {interrupted, l};
	AVDictionary *o = NULL;
	int code;

	/* Nothing else can be reached, whatever the address says. */
	(void)av_dict_set(&o, "protocol_whitelist",
	    l->url->kind == URL_SRT ? "srt" : "rtmp,rtmps,tcp,tls", 0);
	(void)av_dict_set(&o, "tls_verify", "1", 0);
	if (l->limits->ca_file != NULL)
		(void)av_dict_set(&o, "ca_file", l->limits->ca_file, 0);
	(void)av_dict_set(&o, "tcp_nodelay", "1", 0);
	allow(l, l->limits->connect_ms);
	code = avio_open2(&l->io, l->url->text, AVIO_FLAG_WRITE, &cb, &o);
	av_dict_free(&o);
	return code < 0 ? failed(l, code, why) : 0;
}

static int
refuse(const char *name, char why[LINK_WHY_SIZE])
{
	(void)snprintf(why, LINK_WHY_SIZE,
	    name != NULL ? "%s cannot be sent so"
			 : "%sthere is nothing to send",
	    name != NULL ? name : "");
	return -1;
}

/* One picture and one sound are what RTMP takes. */
static int
choose_rtmp(struct link *l, const struct item *head, char why[LINK_WHY_SIZE])
{
	struct flv_tracks t;
	const char *name;

	flv_choose(&t, head->track, head->tracks);
	if ((name = flv_refuses(&t)) != NULL ||
	    (t.video == NULL && t.audio == NULL))
		return refuse(name, why);
	for (size_t i = 0; i < head->tracks; i++) {
		bool sent =
		    &head->track[i] == t.video || &head->track[i] == t.audio;

		l->place[i] = sent ? (int)i : -1;
		l->track[i] = head->track[i];
	}
	return 0;
}

static int
choose_srt(struct link *l, const struct item *head, char why[LINK_WHY_SIZE])
{
	const char *name;

	l->tracks = 0;
	for (size_t i = 0; i < head->tracks; i++) {
		l->place[i] = -1;
		if (head->track[i].codec == MEDIA_UNKNOWN)
			continue;
		l->place[i] = (int)l->tracks;
		l->track[l->tracks++] = head->track[i];
	}
	if ((name = ffts_refuses(l->track, l->tracks)) != NULL ||
	    l->tracks == 0)
		return refuse(name, why);
	return 0;
}

/* Send what is in the buffer, now. */
static int
send_tags(struct link *l, char why[LINK_WHY_SIZE])
{
	avio_write(l->io, l->buf.p, (int)l->buf.len);
	avio_flush(l->io);
	buf_reset(&l->buf);
	return l->io->error < 0 ? failed(l, l->io->error, why) : 0;
}

static uint32_t
ms_of(int64_t us)
{
	return (uint32_t)(us / MS_US);
}

/* Tell of the tracks of HEAD, over a connection that is AGAIN used. */
static int
describe(struct link *l, const struct item *head, bool again,
    char why[LINK_WHY_SIZE])
{
	struct flv_tracks t;

	if (l->url->kind == URL_RTMP) {
		flv_choose(&t, head->track, head->tracks);
		if (!again)
			(void)flv_begin(&l->buf);
		if (flv_describe(&l->buf, &t, ms_of(l->last_us)) == 0)
			return send_tags(l, why);
	} else {
		ffts_close(l->ts);
		l->ts = ffts_open(l->io, l->track, l->tracks, again);
		if (l->ts != NULL)
			return 0;
	}
	(void)snprintf(why, LINK_WHY_SIZE, "%s", strerror(errno));
	return -1;
}

static int
choose(struct link *l, const struct item *head, char why[LINK_WHY_SIZE])
{
	return l->url->kind == URL_RTMP ? choose_rtmp(l, head, why)
					: choose_srt(l, head, why);
}

struct link *
link_open(const struct url *u, const struct item *head,
    const struct link_limits *limits, const atomic_bool *stop,
    char why[LINK_WHY_SIZE])
{
	struct link *l = calloc(1, sizeof(*l));

	if (l == NULL) {
		(void)snprintf(why, LINK_WHY_SIZE, "%s", strerror(errno));
		return NULL;
	}
	l->url = u;
	l->limits = limits;
	l->stop = stop;
	buf_init(&l->buf, MAX_BYTES);
	if (choose(l, head, why) == 0 && connect_to(l, why) == 0 &&
	    describe(l, head, false, why) == 0)
		return l;
	link_close(l);
	return NULL;
}

void
link_close(struct link *l)
{
	if (l == NULL)
		return;
	if (l->io != NULL) {
		allow(l, l->limits->stall_ms);
		if (l->io->error == 0)
			ffts_close(l->ts);
		else
			ffts_abandon(l->ts);
		(void)avio_close(l->io);
	}
	buf_fini(&l->buf);
	free(l);
}

static int
put_rtmp(struct link *l, const struct item *i, char why[LINK_WHY_SIZE])
{
	const struct media_track *t = &l->track[l->place[i->packet.track]];
	int64_t us = i->dts_us + l->shift_us, later_us = i->pts_us - i->dts_us;

	if (!l->timed || (l->renewed && (us > l->last_us + JUMP_US ||
					    us < l->last_us - JUMP_US)))
		l->shift_us = l->last_us + (l->timed ? JOIN_US : 0) - i->dts_us;
	l->timed = true;
	l->renewed = false;
	us = i->dts_us + l->shift_us;
	/* RTMP's clock goes on. */
	if (us < l->last_us)
		us = l->last_us;
	l->last_us = us;
	if (flv_frame(&l->buf, t, &i->packet, ms_of(us),
		later_us > 0 ? (int32_t)(later_us / MS_US) : 0) == -1) {
		/* It is too large to be sent. */
		buf_reset(&l->buf);
		return 0;
	}
	return send_tags(l, why);
}

static int
put_srt(struct link *l, const struct item *i, char why[LINK_WHY_SIZE])
{
	struct nut_packet p = i->packet;

	p.track = (unsigned)l->place[p.track];
	if (ffts_put(l->ts, &p) == -1)
		return failed(l, AVERROR(errno), why);
	return l->io->error < 0 ? failed(l, l->io->error, why) : 0;
}

int
link_put(struct link *l, const struct item *i, char why[LINK_WHY_SIZE])
{
	allow(l, l->limits->stall_ms);
	if (i->kind == ITEM_HEAD) {
		l->renewed = true;
		return choose(l, i, why) == 0 ? describe(l, i, true, why) : -1;
	}
	if (l->place[i->packet.track] == -1)
		return 0;
	return l->url->kind == URL_RTMP ? put_rtmp(l, i, why)
					: put_srt(l, i, why);
}
