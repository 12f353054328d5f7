#include "event.h"
#include "file.h"
#include "story.h"
#include "tap.h"
#include "writer.h"

#include <fcntl.h>
#include <stdarg.h>
#include <unistd.h>

static char told[4096];

static void
tell(void *arg, const char *text)
{
	size_t n = strlen(told);

	(void)arg;
	(void)snprintf(told + n, sizeof(told) - n, "%s\n", text);
}

/* True when exactly TEXT was told since the last time. */
static bool
was_told(struct story *s, const char *text)
{
	bool same;

	told[0] = '\0';
	story_turn(s);
	same = strcmp(told, text) == 0;
	if (!same)
		fprintf(stderr, "# told: %s", told);
	return same;
}

/* Append an event of TYPE with the struct IN at TIME_US. */
static void
put(struct log_writer *w, enum event_type type, const char *subject,
    const void *in, uint64_t time_us)
{
	char id[EVENT_MAX_ID + 1];
	struct log_place place;
	struct event e;
	struct buf b;

	buf_init(&b, 65536);
	OK(event_put(type, in, &b) == 0);
	OK(event_begin(&e, type, "test", str_from(subject), id) == 0);
	e.data = buf_str(&b);
	e.time_us = time_us;
	OK(log_writer_add(w, &e, &place) == 0 && place.verdict == LOG_STAGED);
	OK(log_writer_commit(w) == 0);
	buf_fini(&b);
}

static void
start(struct log_writer *w, const char *id, uint64_t time_us)
{
	struct BroadcastStarted b = {.channel = STR("alice"),
	    .broadcast = str_from(id),
	    .protocol = STR("rtmp")};

	put(w, EVENT_BroadcastStarted, "live/alice", &b, time_us);
}

static void
end(struct log_writer *w, const char *id, uint64_t time_us)
{
	struct BroadcastEnded b = {.channel = STR("alice"),
	    .broadcast = str_from(id),
	    .reason = STR("the encoder said goodbye")};

	put(w, EVENT_BroadcastEnded, "live/alice", &b, time_us);
}

static void
interrupt(struct log_writer *w, const char *id, uint64_t time_us)
{
	struct BroadcastInterrupted b = {.channel = STR("alice"),
	    .broadcast = str_from(id),
	    .reason = STR("the connection was lost"),
	    .until_us = time_us + 30000000};

	put(w, EVENT_BroadcastInterrupted, "live/alice", &b, time_us);
}

static void
resume(struct log_writer *w, const char *id, uint64_t time_us)
{
	struct BroadcastResumed b = {.channel = STR("alice"),
	    .broadcast = str_from(id),
	    .waited_us = 7000000};

	put(w, EVENT_BroadcastResumed, "live/alice", &b, time_us);
}

static void
track(struct log_writer *w, const char *id, const char *name)
{
	struct TrackStarted t = {.broadcast = str_from(id),
	    .track = str_from(name),
	    .kind = str_from(name),
	    .run = 1,
	    .codecs = STR("x"),
	    .target_us = 1000000};

	put(w, EVENT_TrackStarted, "broadcast/b", &t, 0);
}

static void
segment(struct log_writer *w, const char *id, const char *name)
{
	struct SegmentReady s = {.broadcast = str_from(id),
	    .track = str_from(name),
	    .run = 1,
	    .hash = STR("0123456789abcdef0123456789abcdef")};

	put(w, EVENT_SegmentReady, "broadcast/b", &s, 0);
}

/*
 * LMDB wants one environment a process; with both ends used in turn, and
 * the reader closed first, what it warns of does not happen.
 */
static void
test_story(const char *dir, const char *log)
{
	const uint64_t s = 1000000;
	struct story *story = story_open(log, tell, NULL);
	struct log_writer *w;
	pid_t holder;
	char path[256];

	OK(story != NULL);
	OK(was_told(story, "")); /* there is no log yet */
	OK(file_mkdirs(log, 0700) == 0);
	w = log_writer_open(log, &holder);
	OK(w != NULL);
	start(w, "old", 0);
	track(w, "old", "video");
	OK(was_told(story, "")); /* attaches, behind what there was */
	segment(w, "old", "video");
	OK(was_told(story, ""));

	start(w, "b1", 10 * s);
	track(w, "b1", "audio");
	segment(w, "b1", "audio");
	OK(was_told(story, ""));
	track(w, "b1", "video");
	segment(w, "b1", "audio");
	OK(was_told(story, ""));
	segment(w, "b1", "video");
	OK(was_told(story, "alice is live\n"));
	segment(w, "b1", "video");
	OK(was_told(story, ""));
	interrupt(w, "b1", 20 * s);
	OK(was_told(story, "alice is interrupted, waiting 30 s for the "
			   "encoder: the connection was lost\n"));
	resume(w, "b1", 27 * s);
	OK(was_told(story, "alice goes on after 7 s\n"));
	end(w, "b1", 135 * s);
	OK(was_told(story,
	    "alice is over after 2 min 5 s: the encoder said goodbye\n"));
	end(w, "b1", 135 * s);
	OK(was_told(story, ""));

	(void)snprintf(path, sizeof(path), "%s/edged.addr", dir);
	OK(file_replace(path, "127.0.0.1:80\n", 13, false) == 0);
	start(w, "b2", 10 * s);
	track(w, "b2", "video");
	segment(w, "b2", "video");
	end(w, "b2", 4000 * s);
	OK(was_told(story,
	    "alice is live: http://127.0.0.1:80/@alice\n"
	    "alice is over after 1 h 6 min: the encoder said goodbye\n"));
	start(w, "b3", 10 * s);
	end(w, "b3", 12 * s);
	OK(was_told(story, "alice ended without a picture after 2 s: "
			   "the encoder said goodbye\n"));
	/* One from before goes on: when it began is not known here. */
	interrupt(w, "old", 5000 * s);
	OK(was_told(story, ""));
	resume(w, "old", 5001 * s);
	OK(was_told(story, "alice is live: http://127.0.0.1:80/@alice\n"));
	end(w, "old", 5010 * s);
	OK(was_told(story, "alice is over: the encoder said goodbye\n"));
	story_close(story);
	log_writer_close(w);
	(void)unlink(path);
}

int
main(void)
{
	char dir[] = "/tmp/story.XXXXXX", log[64], file[128];

	OK(mkdtemp(dir) != NULL);
	OK(setenv("WEIR_RUN", dir, 1) == 0);
	(void)snprintf(log, sizeof(log), "%s/log", dir);
	test_story(dir, log);
	for (int i = 0; i < 3; i++) {
		static const char *const files[] = {
		    "data.mdb", "lock.mdb", "writer.lock"};

		(void)snprintf(file, sizeof(file), "%s/%s", log, files[i]);
		(void)unlink(file);
	}
	(void)rmdir(log);
	(void)rmdir(dir);
	story_close(NULL);
	return tap_done();
}
