#include "json.h"
#include "mp.h"
#include "seal.h"
#include "tap.h"
#include "tmp.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Everything that a test has in hand. */
struct world {
	char dir[64];
	struct keyring *keyring;
	struct str gone; /* the subject that was forgotten */
	struct buf data, sealed, opened, wire;
	char id[64], why[256];
};

static int
is_gone(void *arg, struct str subject)
{
	const struct world *w = arg;

	return str_eq(subject, w->gone);
}

static struct event
event(struct world *w, enum event_type type, struct str subject, const void *in)
{
	struct event e;

	OK(event_begin(&e, type, "test", subject, w->id) == 0);
	buf_reset(&w->data);
	OK(event_put(type, in, &w->data) == 0);
	e.data = buf_str(&w->data);
	OK(event_validate(&e, w->why, sizeof(w->why)) == 0);
	return e;
}

static struct event
user(struct world *w, struct str subject, struct str name, struct str email)
{
	const struct UserAdded u = {
	    .name = personal(name), .email = personal(email)};

	return event(w, EVENT_UserAdded, subject, &u);
}

static int
seal(struct world *w, const struct event *e, struct event *out)
{
	return seal_event(
	    w->keyring, e, is_gone, w, out, &w->sealed, w->why, sizeof(w->why));
}

/* The name that E says once it is opened; empty when it is gone. */
static struct str
name_of(struct world *w, const struct event *e)
{
	struct str name = {0};
	struct UserAdded u;
	struct event open;

	OK(seal_open_event(w->keyring, e, &open, &w->opened) == 0);
	OK(EVENT_GET(&open, UserAdded, &u) == 0);
	OK(u.name.is != PERSONAL_SEALED);
	OK(personal_text(&u.name, &name) == (u.name.is == PERSONAL_TEXT));
	return name;
}

static void
test_lengths(struct world *w)
{
	static char text[254];

	memset(text, 'x', sizeof(text));
	for (size_t n = 0; n <= 64; n++) {
		struct str name = {text, n},
			   email = {text, n > 63 ? 254 : 4 * n};
		struct event e = user(w, STR("user/1"), name, email), s, o;
		struct UserAdded u;

		OK(event_unsealed(&e) != NULL || n == 0);
		OK(seal(w, &e, &s) == 0 && event_unsealed(&s) == NULL);
		OK(event_validate(&s, w->why, sizeof(w->why)) == 0);
		OK(n < 4 || memmem(s.data.p, s.data.len, "xxxx", 4) == NULL);
		OK(EVENT_GET(&s, UserAdded, &u) == 0);
		OK(u.name.is == PERSONAL_SEALED);
		OK(u.name.bytes.len == personal_sealed_bytes(n));
		OK(u.name.bytes.len % PERSONAL_STEP ==
		    PERSONAL_OVERHEAD % PERSONAL_STEP);
		OK(!personal_text(&u.name, &name) && name.len == n);
		OK(seal_open_event(w->keyring, &s, &o, &w->opened) == 0);
		OK(o.data.len == e.data.len &&
		    memcmp(o.data.p, e.data.p, o.data.len) == 0);
	}
}

/* Sealed for one place it is read in no other, and changed nowhere. */
static void
test_bound(struct world *w)
{
	struct event e = user(w, STR("user/1"), STR("Ada"), STR("")), s, moved;
	char *bytes;
	size_t wrong = 0;

	OK(seal(w, &e, &s) == 0);
	OK(str_eqz(name_of(w, &s), "Ada"));
	moved = s;
	moved.id = STR("another");
	OK(name_of(w, &moved).len == 0);
	moved = s;
	moved.subject = STR("user/2");
	OK(name_of(w, &moved).len == 0);
	/* With a key of its own, too. */
	e = user(w, STR("user/2"), STR("Bob"), STR(""));
	OK(seal(w, &e, &moved) == 0);
	OK(str_eqz(name_of(w, &moved), "Bob"));

	e = user(w, STR("user/1"), STR("Ada"), STR(""));
	OK(seal(w, &e, &s) == 0);
	bytes = malloc(s.data.len);
	memcpy(bytes, s.data.p, s.data.len);
	moved = s;
	moved.data.p = bytes;
	for (size_t bit = 8 * (s.data.len - personal_sealed_bytes(3));
	     bit < 8 * s.data.len; bit++) {
		struct event open;
		struct UserAdded u;

		bytes[bit / 8] = (char)(bytes[bit / 8] ^ 1 << bit % 8);
		wrong += seal_open_event(
			     w->keyring, &moved, &open, &w->opened) == -1 ||
			 EVENT_GET(&open, UserAdded, &u) == -1 ||
			 u.name.is != PERSONAL_GONE;
		bytes[bit / 8] = (char)(bytes[bit / 8] ^ 1 << bit % 8);
	}
	OK(wrong == 0);
	OK(str_eqz(name_of(w, &moved), "Ada"));
	free(bytes);
}

static void
test_other_subject(struct world *w)
{
	struct NoteWritten n = {.text = STR("called"),
	    .about = STR("user/3"),
	    .remark = personal(STR("is away"))};
	struct event e = event(w, EVENT_NoteWritten, STR("channel/x"), &n), s,
		     o;
	struct key key;

	OK(seal(w, &e, &s) == 0);
	OK(keyring_find(w->keyring, STR("user/3"), &key) == 1);
	OK(keyring_find(w->keyring, STR("channel/x"), &key) == 0);
	OK(seal_open_event(w->keyring, &s, &o, &w->opened) == 0);
	OK(EVENT_GET(&o, NoteWritten, &n) == 0);
	OK(str_eqz(n.text, "called") && str_eqz(n.remark.bytes, "is away"));

	/* Forgotten, it is gone for whoever reads, and the rest is not. */
	OK(keyring_destroy(w->keyring, STR("user/3")) == 1);
	OK(seal_open_event(w->keyring, &s, &o, &w->opened) == 0);
	OK(EVENT_GET(&o, NoteWritten, &n) == 0);
	OK(str_eqz(n.text, "called") && n.remark.is == PERSONAL_GONE);
	/* A new key does not bring it back. */
	OK(keyring_make(w->keyring, STR("user/3"), &key) == 0);
	OK(seal_open_event(w->keyring, &s, &o, &w->opened) == 0);
	OK(EVENT_GET(&o, NoteWritten, &n) == 0);
	OK(n.remark.is == PERSONAL_GONE);

	n = (struct NoteWritten){
	    .text = STR("called"), .remark = personal(STR("is away"))};
	e = event(w, EVENT_NoteWritten, STR("channel/x"), &n);
	OK(seal(w, &e, &s) == -1 && errno == EBADMSG);
	OK(strcmp(w->why, "remark needs about, whose it is") == 0);
	n.about = STR("no subject");
	e = event(w, EVENT_NoteWritten, STR("channel/x"), &n);
	OK(seal(w, &e, &s) == -1 && errno == EBADMSG);
	OK(strcmp(w->why, "about is no subject") == 0);
	/* Without a remark nothing is to be done. */
	n.remark = personal(STR(""));
	e = event(w, EVENT_NoteWritten, STR("channel/x"), &n);
	OK(seal(w, &e, &s) == 0);
}

/* Said of somebody who was forgotten it is gone from the start. */
static void
test_forgotten(struct world *w)
{
	struct event e = user(w, STR("user/4"), STR("Eve"), STR("e@x")), s,
		     again;
	struct buf json, keep;
	struct key key;

	w->gone = STR("user/4");
	OK(seal(w, &e, &s) == 0);
	OK(keyring_find(w->keyring, STR("user/4"), &key) == 0);
	OK(s.data.len == 1 + 5 + 1 + 6 + 1);
	OK(event_validate(&s, w->why, sizeof(w->why)) == 0);
	OK(name_of(w, &s).len == 0);
	w->gone = STR("");

	/* null in JSON, and so read back. */
	buf_init(&json, EVENT_MAX_JSON);
	buf_init(&keep, EVENT_MAX_JSON);
	OK(event_to_json(&s, &json) == 0);
	OK(memmem(json.p, json.len, "\"name\":null", 11) != NULL);
	OK(event_from_json(
	       &again, buf_str(&json), &keep, w->why, sizeof(w->why)) == 0);
	OK(str_eq(again.data, s.data));
	buf_fini(&json);
	buf_fini(&keep);
}

/* What is sealed already, or gone, comes through as it is. */
static void
test_again(struct world *w)
{
	struct event e = user(w, STR("user/5"), STR("Jo"), STR("j@x")), s,
		     again;
	struct buf copy;

	buf_init(&copy, EVENT_MAX);
	OK(seal(w, &e, &s) == 0);
	OK(buf_putstr(&copy, s.data) == 0);
	s.data = buf_str(&copy);
	OK(seal(w, &s, &again) == 0);
	OK(str_eq(s.data, again.data));
	OK(str_eqz(name_of(w, &again), "Jo"));
	buf_fini(&copy);
}

static void
test_limits(struct world *w)
{
	static char text[1048576];
	struct NoteWritten n = {.text = {text, sizeof(text)},
	    .about = STR("user/6"),
	    .remark = personal((struct str){text, 4096 - 64})};
	struct event e, s;

	/* A note of 1 MiB and a remark that just fit, but not when sealed. */
	memset(text, 'x', sizeof(text));
	e = event(w, EVENT_NoteWritten, STR("channel/x"), &n);
	OK(e.data.len <= EVENT_MAX_DATA);
	OK(seal(w, &e, &s) == -1 && errno == EBADMSG);
	OK(strcmp(w->why, "data is longer than 1 MiB when sealed") == 0);
	/* A type without personal fields is left alone. */
	e = event(w, EVENT_ChannelAdded, STR("channel/x"),
	    &(struct ChannelAdded){.name = STR("x")});
	OK(seal(w, &e, &s) == 0 && s.data.p == e.data.p);
	OK(seal_open_event(w->keyring, &e, &s, &w->opened) == 0);
	OK(s.data.p == e.data.p);
}

static const struct {
	const char *data;
	size_t len;
	const char *why;
} bad_data[] = {
    {"\x81\xa4name\x01", 7, "name is not of its type"},
    {"\x81\xa4name\xa2\xff\xfe", 9, "name is not UTF-8"},
    {"\x81\xa4name\xd4\x01x", 9, "name is sealed too short"},
    {"\x81\xa4name\xd4\x02x", 9, "name is not of its type"},
    {"\x81\xa4name\xcb\0\0\0\0\0\0\0\0", 15, "name is not of its type"},
    {"\x81\xa5"
     "email\xc0",
	8, "name is missing"},
    {"\x81\xa4name\xc0", 7, NULL},
};

static void
test_bad(struct world *w)
{
	struct event e = user(w, STR("user/7"), STR("x"), STR(""));

	for (size_t i = 0; i < sizeof(bad_data) / sizeof(bad_data[0]); i++) {
		int rc;

		e.data = (struct str){bad_data[i].data, bad_data[i].len};
		rc = event_validate(&e, w->why, sizeof(w->why));
		OK(rc == (bad_data[i].why == NULL ? 0 : -1));
		OK(rc == 0 || strcmp(w->why, bad_data[i].why) == 0);
	}
}

int
main(void)
{
	struct world w = {.gone = STR("")};

	tmp_make(w.dir);
	buf_init(&w.data, 2 * EVENT_MAX);
	buf_init(&w.sealed, 2 * EVENT_MAX);
	buf_init(&w.opened, EVENT_MAX);
	buf_init(&w.wire, EVENT_MAX);
	OK((w.keyring = keyring_open_writer(w.dir)) != NULL);
	test_lengths(&w);
	test_bound(&w);
	test_other_subject(&w);
	test_forgotten(&w);
	test_again(&w);
	test_limits(&w);
	test_bad(&w);
	keyring_close(w.keyring);
	buf_fini(&w.data);
	buf_fini(&w.sealed);
	buf_fini(&w.opened);
	buf_fini(&w.wire);
	tmp_remove(w.dir);
	return tap_done();
}
