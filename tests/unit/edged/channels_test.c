#include "channels.h"
#include "channels_fold.h"
#include "media.h"
#include "story.h"
#include "tap.h"

#include <errno.h>

#define NOT_INTERRUPTED "\"interrupted\":false,\"interrupted_since\":null,"

static struct story story;
static struct shelf *shelf;
static struct channels *channels;
static struct projection *projection; /* of no log: it is told here */

/* Fold E in and show it, as the follower does.  0, or -1 with errno. */
static int
told(const struct event *e)
{
	struct channel_state c;
	int n;

	if (channels_fold.apply(projection, e) == -1 ||
	    (n = channels_fold_touched(projection, e, &c)) == -1 ||
	    (n == 1 && channels_put(channels, &c) == -1))
		return -1;
	if (e->type == EVENT_TrackStarted || e->type == EVENT_SegmentReady)
		return channels_media(channels, e);
	return 0;
}

static bool
tell(const struct event *e)
{
	return told(e) == 0;
}

static bool
publish(void)
{
	return channels_publish(channels) == 0;
}

static bool
segment(const char *broadcast, const char *track, uint64_t msn)
{
	struct SegmentReady s = story_a_segment(broadcast, track, msn);

	return tell(story_segment(&story, &s));
}

static bool
holds(struct blob *b, const char *part)
{
	if (b != NULL && strstr(b->byte, part) != NULL)
		return true;
	printf("# %s\n", b != NULL ? b->byte : "(nothing)");
	return false;
}

/* What the API says of CHANNEL holds PART. */
static bool
says(const char *channel, const char *part)
{
	struct view *v = shelf_get(shelf, channel);
	bool r = v != NULL && holds(v->json, part);

	view_drop(&v);
	return r;
}

/* The playlist of TRACK (NULL: the multivariant one) of a broadcast. */
static bool
plays(const char *channel, const char *broadcast, const char *track,
    const char *part)
{
	struct view *held = shelf_get(shelf, channel);
	const struct view *v =
	    held != NULL && view_plays(held, broadcast) ? held : NULL;
	const struct view_playlist *p =
	    v != NULL && track != NULL ? view_track(v, track) : NULL;
	struct blob *b = NULL;
	struct buf text;
	bool r;

	buf_init(&text, 1 << 20);
	if (p != NULL &&
	    media_text(p->edition, EDITION_FULL, false, &text) == 0)
		b = blob_make(buf_str(&text));
	else if (v != NULL && track == NULL)
		b = blob_hold(v->multivariant);
	r = part == NULL ? b == NULL : holds(b, part);
	blob_drop(&b);
	buf_fini(&text);
	view_drop(&held);
	return r;
}

/* Where those wait who watch CHANNEL's video. */
static struct gate *
gate_of(const char *channel)
{
	struct view *v = shelf_get(shelf, channel);
	const struct view_playlist *p =
	    v != NULL ? view_track(v, "video") : NULL;
	struct gate *g = p != NULL ? gate_hold(p->gate) : NULL;

	view_drop(&v);
	return g;
}

/* Those that wait at G read PART; it is let go of. */
static bool
read_there(struct gate *g, const char *part)
{
	struct edition *e = g != NULL ? gate_now(g) : NULL;
	struct buf text;
	bool r;

	buf_init(&text, 1 << 20);
	r = media_text(e, EDITION_FULL, false, &text) == 0 &&
	    strstr((const char *)text.p, part) != NULL;
	buf_fini(&text);
	edition_drop(&e);
	gate_drop(&g);
	return r;
}

static bool
begin(void)
{
	story_init(&story);
	shelf = shelf_open();
	channels = channels_open(shelf, 5000000);
	projection =
	    projection_open_private(&channels_fold, NULL, NULL, UINT64_MAX);
	return projection != NULL && shelf != NULL && channels != NULL;
}

static void
end(void)
{
	channels_close(channels);
	shelf_close(shelf);
	projection_close(projection);
	story_fini(&story);
}

static void
a_life(void)
{
	struct gate *g;

	OK(begin());
	OK(tell(story_added(&story, "alice", "")) && publish());
	OK(says("alice",
	    "{\"name\":\"alice\",\"title\":\"alice\",\"live\":false,"
	    "\"broadcast\":null,\"since\":null,\"ended\":null," NOT_INTERRUPTED
	    "\"encoder\":null,\"playlist\":null,\"preview\":null,"
	    "\"thumbnail\":null,\"tracks\":[]}"));
	OK(tell(story_started(&story, "alice", "b1")) && publish());
	OK(says("alice",
	    "\"live\":true,\"broadcast\":\"b1\","
	    "\"since\":\"2023-11-14T22:13:22.000000Z\",\"ended\":"
	    "null," NOT_INTERRUPTED
	    "\"encoder\":\"test\",\"playlist\":\"/live/alice/index.m3u8\","));
	OK(plays("alice", "", NULL, NULL));
	OK(tell(story_track(&story, "b1", "video", 1, 1000000)));
	OK(tell(story_track(&story, "b1", "audio", 1, 1000000)));
	OK(segment("b1", "video", 0) && publish());
	/* Without sound as yet: not offered as a whole. */
	OK(plays("alice", "", NULL, NULL));
	OK(plays("alice", "", "video", "/media/b1/video/0.m4s"));
	OK(segment("b1", "audio", 0) && publish());
	OK(plays("alice", "b1", NULL, "video/index.m3u8?broadcast=b1"));
	OK(plays("alice", "b2", NULL, NULL));
	OK(says("alice",
	    "\"preview\":{\"init\":\"/media/b1/video/init-1.mp4\","
	    "\"segment\":\"/media/b1/video/0.m4s\"},\"thumbnail\":null,"
	    "\"tracks\":[{\"name\":\"video\",\"kind\":\"video\","
	    "\"codecs\":\"avc1.64001f\",\"width\":1280,\"height\":720,"
	    "\"frame_rate\":29.97},{\"name\":\"audio\",\"kind\":\"audio\","
	    "\"codecs\":\"mp4a.40.2\",\"sample_rate\":48000,"
	    "\"channels\":2}]}"));
	g = gate_of("alice");
	OK(tell(story_ended(&story, "alice", "b1")) && publish());
	OK(says("alice", "\"live\":false,\"broadcast\":\"b1\""));
	OK(says("alice", "\"ended\":\"2023-11-14T22:13:27.000000Z\""));
	/* Who waits for more is told; the rest is the library's. */
	OK(read_there(g, "0.m4s\n#EXT-X-ENDLIST\n"));
	OK(plays("alice", "", "video", NULL));
	OK(says("alice", "\"segment\":\"/media/b1/video/0.m4s\""));
	end();
}

static void
an_interruption(void)
{
	begin();
	OK(tell(story_added(&story, "alice", "")));
	OK(tell(story_interrupted(&story, "alice", "b1")) && publish());
	OK(says("alice", "\"live\":false"));
	OK(tell(story_started(&story, "alice", "b1")));
	OK(tell(story_interrupted(&story, "alice", "b0")) && publish());
	OK(says("alice", NOT_INTERRUPTED)); /* that is another one's */
	OK(tell(story_interrupted(&story, "alice", "b1")));
	OK(tell(story_interrupted(&story, "alice", "b1")) && publish());
	OK(says("alice",
	    "\"live\":true,\"broadcast\":\"b1\","
	    "\"since\":\"2023-11-14T22:13:23.000000Z\",\"ended\":null,"
	    "\"interrupted\":true,"
	    "\"interrupted_since\":\"2023-11-14T22:13:25.000000Z\","));
	OK(tell(story_resumed(&story, "alice", "b1", "other")) && publish());
	OK(says("alice", NOT_INTERRUPTED "\"encoder\":\"other\""));
	OK(tell(story_interrupted(&story, "alice", "b1")));
	OK(tell(story_ended(&story, "alice", "b1")) && publish());
	OK(says("alice", "\"live\":false"));
	OK(says("alice", NOT_INTERRUPTED));
	OK(tell(story_interrupted(&story, "alice", "b1")) && publish());
	OK(says("alice", NOT_INTERRUPTED));
	end();
}

static void
the_next_broadcast(void)
{
	struct gate *g;

	OK(begin());
	OK(tell(story_added(&story, "alice", "Alice")));
	OK(tell(story_started(&story, "alice", "b1")));
	OK(tell(story_track(&story, "b1", "video", 1, 1000000)));
	OK(segment("b1", "video", 0) && publish());
	g = gate_of("alice");
	/* An end and a start that are published at once. */
	OK(tell(story_ended(&story, "alice", "b1")));
	OK(tell(story_started(&story, "alice", "b2")));
	OK(publish());
	OK(read_there(g, "0.m4s\n#EXT-X-ENDLIST\n"));
	OK(plays("alice", "b1", "video", NULL));
	OK(plays("alice", "b2", "video", NULL));
	OK(plays("alice", "", "video", NULL));
	OK(says("alice", "\"preview\":null"));
	OK(tell(story_track(&story, "b2", "video", 1, 1000000)));
	OK(segment("b2", "video", 0) && publish());
	OK(plays("alice", "", "video", "/media/b2/video/0.m4s"));
	/* What comes late for the old one is nobody's. */
	OK(segment("b1", "video", 1) && publish());
	OK(plays("alice", "", "video", "/media/b2/video/0.m4s"));
	/* One that never ended makes room, too. */
	g = gate_of("alice");
	OK(tell(story_started(&story, "alice", "b3")) && publish());
	OK(read_there(g, "0.m4s\n#EXT-X-ENDLIST\n"));
	/* The end of one that is not the present one ends nothing. */
	OK(tell(story_ended(&story, "alice", "b2")) && publish());
	OK(says("alice", "\"live\":true,\"broadcast\":\"b3\""));
	end();
}

/* A broadcast's subject is read alone at the start, and the log goes on. */
static void
each_event_once(void)
{
	struct event e[2];
	char data[2][512], subject[2][64];
	struct view *v;

	OK(begin());
	OK(tell(story_added(&story, "alice", "old")));
	OK(tell(story_started(&story, "alice", "b1")));
	for (int i = 0; i < 2; i++) {
		struct SegmentReady s = story_a_segment("b1", "video", 0);
		const struct event *now =
		    i == 0 ? story_track(&story, "b1", "video", 1, 1000000)
			   : story_segment(&story, &s);

		e[i] = *now;
		memcpy(data[i], now->data.p, now->data.len);
		e[i].data.p = data[i];
		memcpy(subject[i], now->subject.p, now->subject.len);
		e[i].subject.p = subject[i];
	}
	for (int round = 0; round < 2; round++)
		for (int i = 0; i < 2; i++)
			OK(tell(&e[i]) && publish());
	OK((v = shelf_get(shelf, "alice")) != NULL);
	OK(v != NULL && v->playlists == 1);
	view_drop(&v);
	OK(plays("alice", "b1", "video", "/media/b1/video/0.m4s\n"));
	end();
}

static void
removal(void)
{
	struct ChannelRemoved gone = {.name = STR("alice")};
	struct ChannelTitled titled = {
	    .name = STR("alice"), .title = STR("A \"quoted\" one")};
	struct view *v;

	OK(begin());
	OK(tell(story_added(&story, "alice", "Alice")));
	OK(tell(story_started(&story, "alice", "b1")));
	OK(tell(story_tell(
	    &story, EVENT_ChannelTitled, "channel/", "alice", &titled)));
	OK(publish() && says("alice", "\"A \\\"quoted\\\" one\""));
	OK(tell(story_tell(
	    &story, EVENT_ChannelRemoved, "channel/", "alice", &gone)));
	OK(publish() && (v = shelf_get(shelf, "alice")) == NULL);
	/* What goes on meanwhile is there when it comes back. */
	OK(tell(story_track(&story, "b1", "video", 1, 1000000)));
	OK(segment("b1", "video", 0) && publish());
	OK((v = shelf_get(shelf, "alice")) == NULL);
	OK(tell(story_added(&story, "alice", "Again")) && publish());
	OK(plays("alice", "", "video", "/media/b1/video/0.m4s"));
	end();
}

static void
the_list(void)
{
	struct blob *first, *second;

	OK(begin());
	OK((first = shelf_list(shelf)) != NULL);
	OK(holds(first, "{\"channels\":[]}"));
	OK(tell(story_added(&story, "dora", "")));
	OK(tell(story_added(&story, "carl", "")));
	OK(tell(story_added(&story, "bob", "")));
	OK(tell(story_added(&story, "alice", "")));
	OK(tell(story_started(&story, "alice", "a1")));
	OK(tell(story_ended(&story, "alice", "a1")));
	OK(tell(story_started(&story, "bob", "b1")) && publish());
	OK((second = shelf_list(shelf)) != NULL && second != first);
	OK(holds(first, "{\"channels\":[]}"));
	blob_drop(&first);
	OK(second != NULL &&
	    strstr(second->byte, "bob") < strstr(second->byte, "alice") &&
	    strstr(second->byte, "alice") < strstr(second->byte, "carl") &&
	    strstr(second->byte, "carl") < strstr(second->byte, "dora"));
	/* Nothing changed, so nothing is made. */
	OK((first = shelf_list(shelf)) == second);
	blob_drop(&first);
	blob_drop(&second);
	end();
}

static void
nonsense(void)
{
	struct ChannelAdded bad = {.name = STR("../etc")};

	OK(begin());
	OK(told(story_tell(
	       &story, EVENT_ChannelAdded, "channel/", "x", &bad)) == -1 &&
	    errno == EBADMSG);
	OK(told(story_started(&story, "alice", "B/..")) == -1 &&
	    errno == EBADMSG);
	/* Two channels cannot have the same broadcast, nor one twice. */
	OK(tell(story_started(&story, "alice", "b1")));
	OK(told(story_started(&story, "bob", "b1")) == -1 && errno == EBADMSG);
	OK(told(story_started(&story, "alice", "b1")) == -1 &&
	    errno == EBADMSG);
	OK(tell(story_track(&story, "b1", "video", 1, 1000000)) && publish());
	end();
}

int
main(void)
{
	a_life();
	an_interruption();
	the_next_broadcast();
	each_event_once();
	removal();
	the_list();
	nonsense();
	return tap_done();
}
