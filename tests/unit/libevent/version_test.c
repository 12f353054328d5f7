#include "event.h"
#include "json.h"
#include "mp.h"
#include "tap.h"

#include <errno.h>
#include <string.h>

/* TrackStarted as version 1 had it; the frame rate is left out when 0. */
static void
put_version_1(struct buf *b, uint64_t frame_rate_mhz)
{
	static const char *const text[][2] = {{"broadcast", "b"},
	    {"track", "video"}, {"kind", "video"}, {"codecs", "avc1.64001f"}};
	msgpack_packer pk;

	buf_reset(b);
	mp_packer(&pk, b);
	msgpack_pack_map(&pk, frame_rate_mhz > 0 ? 8 : 7);
	for (size_t i = 0; i < sizeof(text) / sizeof(text[0]); i++) {
		mp_put_str(&pk, str_from(text[i][0]));
		mp_put_str(&pk, str_from(text[i][1]));
	}
	if (frame_rate_mhz > 0) {
		mp_put_key(&pk, "frame_rate_mhz");
		msgpack_pack_uint64(&pk, frame_rate_mhz);
	}
	mp_put_key(&pk, "run");
	msgpack_pack_uint64(&pk, 1);
	mp_put_key(&pk, "init_bytes");
	msgpack_pack_uint64(&pk, 800);
	mp_put_key(&pk, "target_us");
	msgpack_pack_uint64(&pk, 1000000);
}

/* An event of TrackStarted, of DATA_VERSION, as it comes off the log. */
static struct event
track(const struct buf *data, unsigned data_version, struct buf *wire)
{
	static char id[64];
	struct event e;
	const char *why;

	OK(event_begin(
	       &e, EVENT_TrackStarted, "test", STR("broadcast/b"), id) == 0);
	OK(e.data_version == 2);
	e.data_version = data_version;
	e.data = buf_str(data);
	buf_reset(wire);
	OK(event_encode(&e, wire) == 0);
	OK(event_decode(&e, wire->p, wire->len, &why) == 0);
	OK(e.data_version == data_version);
	return e;
}

static const struct {
	uint64_t mhz, num, den;
} rates[] = {
    {0, 0, 0},
    {30000, 30, 1},
    {25000, 25, 1},
    {29970, 30000, 1001},
    {23976, 24000, 1001},
    {59940, 60000, 1001},
    {29940, 1497, 50}, /* measured on a coarse clock */
    {12500, 25, 2},
    {1, 1, 1000},
    {1000000000, 1000000, 1},
};

static void
test_old(void)
{
	struct buf data, wire, json;
	struct TrackStarted t;
	char why[256];

	buf_init(&data, EVENT_MAX);
	buf_init(&wire, EVENT_MAX);
	buf_init(&json, EVENT_MAX);
	for (size_t i = 0; i < sizeof(rates) / sizeof(rates[0]); i++) {
		struct event e, new;

		put_version_1(&data, rates[i].mhz);
		e = track(&data, 1, &wire);
		OK(memmem(wire.p, wire.len, "dataversion", 11) == NULL);
		OK(event_validate(&e, why, sizeof(why)) == 0);
		OK(EVENT_GET(&e, TrackStarted, &t) == 0);
		OK(str_eqz(t.track, "video") && t.init_bytes == 800);
		OK(t.frame_rate_num == rates[i].num);
		OK(t.frame_rate_den == rates[i].den);
		/* The same for those who read by names. */
		OK(event_renew(&e, &new, &data) == 0);
		OK(new.data_version == 2 && str_eq(new.id, e.id));
		OK(event_validate(&new, why, sizeof(why)) == 0);
		OK(EVENT_GET(&new, TrackStarted, &t) == 0);
		OK(t.frame_rate_num == rates[i].num);
	}
	buf_fini(&data);
	buf_fini(&wire);
	buf_fini(&json);
}

/* A producer keeps to the version that it states. */
static void
test_mixed(void)
{
	struct TrackStarted t = {.broadcast = STR("b"),
	    .track = STR("video"),
	    .kind = STR("video"),
	    .codecs = STR("avc1.64001f"),
	    .run = 1,
	    .init_bytes = 800,
	    .target_us = 1000000,
	    .frame_rate_num = 30000,
	    .frame_rate_den = 1001};
	struct buf data, wire;
	struct event e;
	char why[256];

	buf_init(&data, EVENT_MAX);
	buf_init(&wire, EVENT_MAX);
	put_version_1(&data, 25000);
	e = track(&data, 2, &wire);
	OK(event_validate(&e, why, sizeof(why)) == -1);
	OK(strcmp(why, "TrackStarted has no field frame_rate_mhz") == 0);
	buf_reset(&data);
	OK(EVENT_PUT(TrackStarted, &t, &data) == 0);
	e = track(&data, 1, &wire);
	OK(event_validate(&e, why, sizeof(why)) == -1);
	OK(strcmp(why, "TrackStarted has no field frame_rate_num") == 0);
	e = track(&data, 2, &wire);
	OK(event_validate(&e, why, sizeof(why)) == 0);

	/* Newer than known: no producer's, but a reader takes what it knows. */
	e = track(&data, 3, &wire);
	OK(event_validate(&e, why, sizeof(why)) == -1);
	OK(strcmp(why, "dataversion 3 of TrackStarted is newer than 2, which "
		       "is known here") == 0);
	t.frame_rate_num = 0;
	OK(EVENT_GET(&e, TrackStarted, &t) == 0 && t.frame_rate_num == 30000);
	buf_fini(&data);
	buf_fini(&wire);
}

static const struct {
	const char *line, *why;
} lines[] = {
    {"{\"dataversion\":1,\"type\":\"NoteWritten\",\"subject\":\"n\","
     "\"data\":{\"text\":\"x\"}}",
	NULL},
    {"{\"dataversion\":2,\"type\":\"NoteWritten\",\"subject\":\"n\","
     "\"data\":{\"text\":\"x\"}}",
	"dataversion 2 of NoteWritten is newer than 1, which is known here"},
    {"{\"dataversion\":0,\"type\":\"NoteWritten\",\"subject\":\"n\","
     "\"data\":{\"text\":\"x\"}}",
	"dataversion is not 1 to 65535"},
    {"{\"type\":\"TrackStarted\",\"subject\":\"n\","
     "\"data\":{\"frame_rate_num\":1}}",
	"TrackStarted has frame_rate_num in dataversion 2, not in 1"},
    {"{\"data\":{\"frame_rate_mhz\":1},\"type\":\"TrackStarted\","
     "\"subject\":\"n\",\"dataversion\":2}",
	"TrackStarted has frame_rate_mhz in dataversion 1, not in 2"},
    {"{\"type\":\"TrackStarted\",\"subject\":\"n\","
     "\"data\":{\"frame_rate_mhz\":1}}",
	NULL},
    {"{\"data\":{\"frame_rate_num\":1},\"type\":\"TrackStarted\","
     "\"subject\":\"n\",\"dataversion\":2}",
	NULL},
};

static void
test_lines(void)
{
	struct event e;
	struct buf keep;
	char why[256];

	buf_init(&keep, EVENT_MAX_JSON);
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		int rc = event_from_json(
		    &e, str_from(lines[i].line), &keep, why, sizeof(why));

		OK(rc == (lines[i].why == NULL ? 0 : -1));
		OK(rc == 0 || strcmp(why, lines[i].why) == 0);
	}
	buf_fini(&keep);
}

static void
test_envelope(void)
{
	/* id, source, type, subject, time, dataversion, data */
	static const char wire[] = "\x87\xa2id\xa1i\xa6source\xa1s"
				   "\xa4type\xa1t\xa7subject\xa1s\xa4time\x01"
				   "\xab"
				   "dataversion\x00\xa4"
				   "data\x80";
	uint8_t bytes[sizeof(wire) - 1];
	struct event e;
	const char *why = "";

	memcpy(bytes, wire, sizeof(bytes));
	OK(event_decode(&e, bytes, sizeof(bytes), &why) == -1);
	OK(strcmp(why, "dataversion is not 1 to 65535") == 0);
	bytes[sizeof(bytes) - 7] = 9;
	OK(event_decode(&e, bytes, sizeof(bytes), &why) == 0);
	OK(e.data_version == 9 && e.type == EVENT_NONE);
}

int
main(void)
{
	test_old();
	test_mixed();
	test_lines();
	test_envelope();
	return tap_done();
}
