#include "event.h"
#include "json.h"
#include "mp.h"
#include "tap.h"

#include <errno.h>
#include <string.h>

/* Through msgpack and through JSON, and the same comes out. */
static void
test_round_trip(void)
{
	const uint8_t hash[32] = {1, 2, 0xff};
	struct SegmentReady in = {
	    .broadcast = STR("b1"),
	    .track = STR("video"),
	    .msn = 7,
	    .run = 1,
	    .start_us = 1700000000000000,
	    .duration_us = 1001000,
	    .bytes = 123456,
	    .hash = {(const char *)hash, sizeof(hash)},
	    .independent = true,
	};
	struct SegmentReady out = {0};
	struct event e, back;
	struct buf data, wire, json, keep;
	const char *why = NULL;
	char id[64], text[128];

	buf_init(&data, EVENT_MAX);
	buf_init(&wire, EVENT_MAX);
	buf_init(&json, EVENT_MAX_JSON);
	buf_init(&keep, EVENT_MAX_JSON);
	OK(EVENT_PUT(SegmentReady, &in, &data) == 0);
	OK(event_begin(
	       &e, EVENT_SegmentReady, "test", STR("broadcast/b1"), id) == 0);
	e.data = buf_str(&data);
	e.seq = 300;
	e.version = 2;
	OK(event_validate(&e, text, sizeof(text)) == 0);
	OK(event_encode(&e, &wire) == 0);
	OK(mp_size(wire.p, wire.len) == (ptrdiff_t)wire.len);
	for (size_t n = 0; n < wire.len; n++)
		if (mp_size(wire.p, n) != 0 ||
		    event_decode(&back, wire.p, n, &why) == 0)
			OK(!"a part is not the whole");
	OK(event_decode(&back, wire.p, wire.len, &why) == 0);
	OK(back.seq == 300 && back.version == 2 && back.expect == EVENT_ANY);
	OK(EVENT_GET(&back, SegmentReady, &out) == 0);
	OK(out.msn == 7 && out.independent && !out.discontinuity);
	OK(str_eq(out.hash, in.hash) && str_eq(out.track, in.track));
	OK(event_to_json(&e, &json) == 0);
	OK(event_from_json(&back, buf_str(&json), &keep, text, sizeof(text)) ==
	    0);
	OK(back.seq == 0 && str_eq(back.id, e.id));
	OK(back.time_us == e.time_us);
	OK(EVENT_GET(&back, SegmentReady, &out) == 0 && out.bytes == 123456);
	OK(str_eq(out.hash, in.hash));
	buf_fini(&data);
	buf_fini(&wire);
	buf_fini(&json);
	buf_fini(&keep);
}

static const struct {
	const char *line, *why;
} lines[] = {
    {"{\"type\":\"NoteWritten\",\"subject\":\"n\",\"data\":{\"text\":\"x\"}}",
	NULL},
    {"[]", "not a JSON object"},
    {"{", "not JSON"},
    {"{\"subject\":\"n\",\"data\":{}}", "type is missing"},
    {"{\"type\":\"NoteWritten\",\"data\":{}}", "subject is missing"},
    {"{\"type\":\"NoteWritten\",\"subject\":\"n\"}", "data is missing"},
    {"{\"type\":\"No\",\"subject\":\"n\",\"data\":{}}",
	"no schema for the type No"},
    {"{\"type\":\"NoteWritten\",\"subject\":\"n\",\"data\":{\"txt\":\"x\"}}",
	"NoteWritten has no field txt"},
    {"{\"type\":\"NoteWritten\",\"subject\":\"n\",\"data\":{\"text\":1}}",
	"text is not text"},
    {"{\"type\":\"NoteWritten\",\"subject\":\"n\",\"data\":{},\"x\":1}",
	"x is no attribute"},
    {"{\"type\":\"NoteWritten\",\"subject\":\"n\",\"data\":{},\"time\":\"1\"}",
	"time is not a date-time"},
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
		OK(rc == 0 || strstr(why, lines[i].why) != NULL);
	}
	buf_fini(&keep);
}

/* Data that does not fit the schema, packed by hand. */
static const struct {
	const char *data;
	size_t len;
	const char *why;
} bad_data[] = {
    {"\x81\xa4text\xa1x", 8, NULL},
    {"\x80", 1, "text is missing"},
    {"\x81\xa4text\x01", 7, "text is not of its type"},
    {"\x82\xa4text\xa1x\xa4text\xa1y", 15, "text is there twice"},
    {"\x82\xa4text\xa1x\xa1z\xa1y", 12, "NoteWritten has no field z"},
    {"\x81\xa4text\xa2\xff\xfe", 9, "text is not UTF-8"},
    {"\x81\xa4text\xa1\x00", 8, "text is not UTF-8"},
    {"\x81\xa4text\xa1x\xc0", 9, "data is not a msgpack map"},
    {"\x90", 1, "data is not a msgpack map"},
};

static void
test_validate(void)
{
	struct event e;
	char id[64], why[256];

	OK(event_begin(&e, EVENT_NoteWritten, "test", STR("n"), id) == 0);
	for (size_t i = 0; i < sizeof(bad_data) / sizeof(bad_data[0]); i++) {
		int rc;

		e.data = (struct str){bad_data[i].data, bad_data[i].len};
		rc = event_validate(&e, why, sizeof(why));
		OK(rc == (bad_data[i].why == NULL ? 0 : -1));
		OK(rc == 0 || strcmp(why, bad_data[i].why) == 0);
	}
}

static void
test_hostile(void)
{
	/* An array that claims 2^31 values, and nesting without end. */
	const uint8_t array[] = {0xdd, 0x80, 0, 0, 0};
	uint8_t deep[64];
	struct mp m;

	memset(deep, 0x91, sizeof(deep));
	mp_init(&m, array, sizeof(array));
	OK(mp_array(&m) == 0 && m.bad);
	mp_init(&m, deep, sizeof(deep));
	mp_skip(&m);
	OK(m.bad);
	errno = 0;
	OK(mp_size(deep, sizeof(deep)) == -1 && errno == EBADMSG);
	OK(mp_size("\xc1", 1) == -1);
	OK(mp_size("\x92\x01", 2) == 0);
	OK(mp_size("\x92\x01\xc0zzz", 6) == 3);
}

int
main(void)
{
	test_round_trip();
	test_lines();
	test_validate();
	test_hostile();
	return tap_done();
}
