#include "follow.h"
#include "media.h"
#include "story.h"
#include "tap.h"
#include "tmp.h"
#include "writer.h"

#include <sys/wait.h>

enum { WINDOW_US = 5000000 };

static char dir[64], kept[80];
static struct story story;
static struct log_writer *writer;

/* Write E, which a story told, into the log. */
static void
put(const struct event *told)
{
	static unsigned n;
	struct log_place place;
	struct event e = *told;
	char id[32];

	(void)snprintf(id, sizeof(id), "%ld-%u", (long)getpid(), ++n);
	e.id = str_from(id);
	e.source = STR("test");
	e.expect = EVENT_ANY;
	e.seq = 0;
	if (log_writer_add(writer, &e, &place) == -1 ||
	    log_writer_commit(writer) == -1)
		perror("write the log");
}

static void
put_segment(const char *broadcast, const char *track, uint64_t msn)
{
	struct SegmentReady s = story_a_segment(broadcast, track, msn);

	put(story_segment(&story, &s));
}

struct shown {
	struct shelf *shelf;
	struct channels *channels;
	struct catalog *catalog;
	struct clips *clips;
	struct library *library;
	struct past *past;
	struct follow *follow;
};

static void
begin(struct shown *p)
{
	p->shelf = shelf_open();
	p->channels = channels_open(p->shelf, WINDOW_US);
	p->catalog = catalog_open();
	p->clips = clips_open();
	p->library = library_open(1 << 20, WINDOW_US);
	p->past = past_open(WINDOW_US);
	p->follow = follow_open(dir, kept,
	    &(struct follow_told){.channels = p->channels,
		.catalog = p->catalog,
		.clips = p->clips,
		.library = p->library,
		.past = p->past,
		.window_us = WINDOW_US});
}

static void
end(struct shown *p)
{
	follow_close(p->follow);
	past_close(p->past);
	library_close(p->library);
	catalog_close(p->catalog);
	clips_close(p->clips);
	channels_close(p->channels);
	shelf_close(p->shelf);
}

static bool
reach_end(struct shown *p)
{
	for (int i = 0; i < 1000; i++)
		if (follow_turn(p->follow, 1000, UINT64_MAX) == 0)
			return true;
	return false;
}

/* The playlist of alice's video in P holds PART. */
static bool
plays(struct shown *p, const char *part)
{
	struct view *v = shelf_get(p->shelf, "alice");
	const struct view_playlist *l =
	    v != NULL ? view_track(v, "video") : NULL;
	bool r;
	struct buf b;

	buf_init(&b, 1 << 20);
	r = l != NULL && media_text(l->edition, EDITION_FULL, false, &b) == 0 &&
	    strstr((const char *)b.p, part) != NULL;
	buf_fini(&b);
	view_drop(&v);
	return r;
}

/* The recording of BROADCAST has PART and OTHER in its video's playlist. */
static bool
recorded(struct shown *p, const char *broadcast, bool as_live, const char *part,
    const char *other)
{
	struct recording_state s;
	struct recording *r = catalog_get(p->catalog, broadcast, &s)
				  ? library_get(p->library, &s, as_live)
				  : NULL;
	struct buf b;
	bool good;

	buf_init(&b, 1 << 20);
	good = r != NULL &&
	       media_text(recording_edition(
			      r, "video", as_live ? EDITION_LIVE : EDITION_VOD),
		   EDITION_FULL, false, &b) == 0 &&
	       strstr((const char *)b.p, part) != NULL &&
	       strstr((const char *)b.p, other) != NULL;
	buf_fini(&b);
	recording_drop(&r);
	return good;
}

/* All that P shows, one text after the other. */
static void
show(struct shown *p, struct buf *out)
{
	struct blob *list = shelf_list(p->shelf);
	struct view *v = shelf_get(p->shelf, "alice");

	buf_reset(out);
	(void)buf_putstr(out, blob_str(list));
	if (v != NULL && v->multivariant != NULL)
		(void)buf_putstr(out, blob_str(v->multivariant));
	for (size_t i = 0; v != NULL && i < v->playlists; i++)
		(void)media_flat(
		    edition_body(v->playlist[i].edition, EDITION_FULL, false),
		    out);
	blob_drop(&list);
	view_drop(&v);
}

/* LMDB wants one environment a process, so another one writes. */
static bool
elsewhere(void (*write_events)(void))
{
	pid_t child = fork(), holder;
	int status = 1;

	if (child == 0) {
		if ((writer = log_writer_open(dir, &holder)) == NULL)
			_exit(1);
		write_events();
		log_writer_close(writer);
		_exit(0);
	}
	(void)waitpid(child, &status, 0);
	return status == 0;
}

static void
without_a_log(void)
{
	struct shown p;
	char why[64];

	begin(&p);
	OK(follow_turn(p.follow, 10, UINT64_MAX) == 0);
	OK(!follow_healthy(p.follow, why, sizeof(why)));
	OK(strcmp(why, "waiting for the log") == 0);
	end(&p);
}

/* More turns of a channel's life than the first look back covers. */
static void
years_ago(void)
{
	char id[32];

	put(story_added(&story, "alice", "Alice"));
	for (int i = 0; i < 100; i++) {
		(void)snprintf(id, sizeof(id), "old%d", i);
		put(story_started(&story, "alice", id));
		put(story_track(&story, id, "video", 1, 1000000));
		put_segment(id, "video", 0);
		put(story_ended(&story, "alice", id));
	}
	put(story_started(&story, "alice", "b1"));
	for (int i = 0; i < 70; i++) {
		struct PipelineRestarted again = {.channel = STR("alice"),
		    .broadcast = STR("b1"),
		    .reason = STR("it died"),
		    .attempt = 2};

		put(story_tell(
		    &story, EVENT_PipelineRestarted, "live/", "alice", &again));
	}
	put(story_track(&story, "b1", "video", 1, 1000000));
	for (uint64_t i = 0; i < 40; i++)
		put_segment("b1", "video", i);
}

static void
goes_on(void)
{
	for (uint64_t i = 40; i < 45; i++)
		put_segment("b1", "video", i);
	put(story_track(&story, "b1", "video", 2, 1000000));
}

static void
ends(void)
{
	struct SegmentReady s = story_a_segment("b1", "video", 45);

	s.run = 2;
	put(story_segment(&story, &s));
	put(story_ended(&story, "alice", "b1"));
}

static void
next_begins(void)
{
	put(story_started(&story, "alice", "b2"));
	put(story_parted_track(&story, "b2", "video", 1, 1000000, 210000));
	put_segment("b2", "video", 0);
}

static void
next_goes_on(void)
{
	put_segment("b2", "video", 1);
}

/* Part I of segment 1 is heard, which follows the stored event SEQ. */
static void
hear(struct shown *p, uint64_t i, uint64_t seq)
{
	struct PartReady d = story_a_part("b2", "video", 1, i);
	struct event e = *story_part(&story, &d);

	e.seq = seq;
	follow_hear(p->follow, 1000, &e);
}

/* Parts come by another way than what is stored, and keep their place. */
static void
parts_in_their_place(struct shown *p)
{
	uint64_t head = follow_seq(p->follow);

	/* Heard before anybody looked into the log. */
	OK(elsewhere(next_begins));
	hear(p, 0, head + 3);
	OK(follow_turn(p->follow, 1000, head + 3) == 0);
	OK(follow_seq(p->follow) == head + 3);
	OK(plays(p, "video/1.m4s\",BYTERANGE=\"25000@0\""));
	/* The log is ahead of the bus: it is not read any further. */
	OK(elsewhere(next_goes_on));
	hear(p, 1, head + 3);
	OK(follow_turn(p->follow, 1000, head + 3) == 0);
	OK(follow_seq(p->follow) == head + 3 && !plays(p, "1.m4s\n"));
	for (uint64_t i = 2; i < 5; i++)
		hear(p, i, head + 3);
	OK(follow_turn(p->follow, 1000, head + 4) == 0);
	OK(plays(
	    p, "25000@100000\"\n#EXTINF:1.000000,\n/media/b2/video/1.m4s"));
	/* One that comes too late changes nothing. */
	hear(p, 4, head + 3);
	OK(follow_turn(p->follow, 1000, UINT64_MAX) == 0);
	OK(plays(
	    p, "25000@100000\"\n#EXTINF:1.000000,\n/media/b2/video/1.m4s"));
}

int
main(void)
{
	struct buf first, second;
	struct shown p;
	char why[64];

	(void)tmp_make(dir);
	(void)snprintf(kept, sizeof(kept), "%s/projections", dir);
	story_init(&story);
	buf_init(&first, 1 << 20);
	buf_init(&second, 1 << 20);
	without_a_log();
	OK(elsewhere(years_ago));
	begin(&p);
	OK(reach_end(&p));
	OK(follow_healthy(p.follow, why, sizeof(why)));
	OK(follow_seq(p.follow) == 513);
	OK(plays(&p, "#EXT-X-MEDIA-SEQUENCE:35\n"));
	OK(plays(&p, "/media/b1/video/39.m4s\n") &&
	    !plays(&p, "#EXT-X-ENDLIST"));
	OK(elsewhere(goes_on) && reach_end(&p));
	OK(plays(&p, "/media/b1/video/44.m4s\n"));
	OK(elsewhere(ends) && reach_end(&p));
	OK(recorded(&p, "b1", true, "#EXT-X-MEDIA-SEQUENCE:41\n",
	    "/45.m4s\n#EXT-X-ENDLIST\n"));
	OK(recorded(&p, "b1", false,
	    "#EXT-X-PLAYLIST-TYPE:VOD\n#EXT-X-MEDIA-SEQUENCE:0\n",
	    "/45.m4s\n#EXT-X-ENDLIST\n"));
	OK(recorded(&p, "old7", false, "VOD\n", "/media/old7/video/0.m4s\n"));
	OK(!recorded(&p, "none", false, "", ""));
	show(&p, &first);
	end(&p);
	/* Read at once, it is what it was when it came bit by bit. */
	begin(&p);
	OK(reach_end(&p));
	show(&p, &second);
	OK(first.len > 0 && str_eq(buf_str(&first), buf_str(&second)));
	parts_in_their_place(&p);
	end(&p);
	buf_fini(&first);
	buf_fini(&second);
	story_fini(&story);
	tmp_remove(dir);
	return tap_done();
}
