#include "channel_state.h"
#include "model.h"
#include "tap.h"

#include <errno.h>
#include <string.h>

static struct channel_state
a_channel(void)
{
	struct channel_state c = {.name = "alice",
	    .title = "A \"quoted\" one",
	    .window_set = true,
	    .window_us = 600000000,
	    .present = true,
	    .broadcast = "b1",
	    .live = true,
	    .since_us = 1700000000000001,
	    .interrupted_us = 1700000000000002,
	    .protocol = "rtmp",
	    .encoder = "test",
	    .tracks = BROADCAST_MAX_TRACKS};

	for (size_t i = 0; i < c.tracks; i++) {
		(void)snprintf(
		    c.track[i].name, sizeof(c.track[i].name), "t%zu", i);
		(void)str_copy(c.track[i].codecs, sizeof(c.track[i].codecs),
		    STR("avc1.64001f"));
		c.track[i].video = i % 2 == 0;
		c.track[i].run = (uint32_t)i;
		c.track[i].width = 1280;
		c.track[i].height = 720;
		c.track[i].transfer = TRACK_PQ;
		c.track[i].target_us = UINT64_MAX - i;
	}
	return c;
}

static void
a_row(void)
{
	struct channel_state c = a_channel(), back;
	unsigned taken = 0;
	struct str row;
	struct buf b;

	buf_init(&b, 1 << 20);
	OK(channel_state_write(&c, &b) == 0);
	row = buf_str(&b);
	OK(channel_state_read(&back, row) == 0);
	OK(memcmp(&back, &c, sizeof(c)) == 0);
	/* Any part of it is none. */
	for (size_t i = 0; i < row.len; i++)
		taken += channel_state_read(&back, (struct str){row.p, i}) == 0;
	OK(taken == 0);
	OK(channel_state_read(&back, STR("\x9a")) == -1 && errno == EIO);
	buf_fini(&b);
}

static void
for_people(void)
{
	struct channel_preview preview = {
	    .track = "video", .run = 2, .msn = 7, .thumb = THUMB_WEBP};
	struct channel_state c = a_channel();
	struct buf b;

	c.tracks = 0;
	buf_init(&b, 1 << 20);
	OK(channel_state_json(&c, NULL, &b) == 0);
	OK(str_eqz(buf_str(&b),
	    "{\"name\":\"alice\",\"title\":\"A \\\"quoted\\\" one\","
	    "\"live\":true,\"broadcast\":\"b1\","
	    "\"since\":\"2023-11-14T22:13:20.000001Z\",\"ended\":null,"
	    "\"interrupted\":true,"
	    "\"interrupted_since\":\"2023-11-14T22:13:20.000002Z\","
	    "\"encoder\":\"test\",\"playlist\":\"/live/alice/index.m3u8\","
	    "\"tracks\":[]}"));
	buf_reset(&b);
	OK(channel_state_json(&c, &preview, &b) == 0 &&
	    strstr((const char *)b.p,
		"\"preview\":{\"init\":\"/media/b1/video/init-2.mp4\","
		"\"segment\":\"/media/b1/video/7.m4s\"},"
		"\"thumbnail\":\"/live/alice/thumb.webp\"") != NULL);
	buf_fini(&b);
}

int
main(void)
{
	a_row();
	for_people();
	OK(model_named("channels") == model_at(0) && model_at(0) != NULL);
	OK(model_named("nonsense") == NULL && model_at(2) == NULL);
	return tap_done();
}
