#include "channel.h"
#include "amount.h"
#include "err.h"
#include "live_window.h"
#include "num.h"
#include "passphrase.h"
#include "program.h"
#include "session.h"
#include "streamkey.h"

#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NAME_MAX_BYTES = 64, GRACE_MAX_S = 86400 };

/* "PREFIX/NAME" into DST. */
static struct str
subject_of(
    char dst[EVENT_MAX_SUBJECT + 1], const char *prefix, const char *name)
{
	(void)snprintf(dst, EVENT_MAX_SUBJECT + 1, "%s/%s", prefix, name);
	return str_from(dst);
}

static int
check_name(const char *name)
{
	if (str_slug(str_from(name), NAME_MAX_BYTES))
		return 0;
	err_msg("'%s' is no channel name: 1 to %d of a-z, 0-9, '-' and '_', "
		"beginning with a letter or a digit",
	    name, NAME_MAX_BYTES);
	return -1;
}

/*
 * Is there a channel NAME?  1 or 0, and *VERSION of its subject; -1 after
 * reporting why that is not known.
 */
static int
exists(struct session *s, const char *name, uint64_t *version)
{
	char subject[EVENT_MAX_SUBJECT + 1];
	struct event e;
	int n = session_last(s, subject_of(subject, "channel", name), &e);

	*version = n == 1 ? e.version : 0;
	return n == 1 ? e.type != EVENT_ChannelRemoved : n;
}

/* As exists(), and an exit code when there is none. */
static int
require(struct session *s, const char *name, uint64_t *version)
{
	switch (exists(s, name, version)) {
	case 1:
		return 0;
	case 0:
		err_msg("there is no channel %s", name);
		return EXIT_PERM;
	default:
		return EXIT_TEMP;
	}
}

/* Make a key for NAME and print it. */
static int
give_key(struct session *s, const char *name)
{
	char key[STREAMKEY_TEXT_SIZE], subject[STREAMKEY_SUBJECT_SIZE];
	struct StreamKeyAdded data = {.channel = str_from(name)};
	int rc;

	if (streamkey_make(key) == -1) {
		err_msg("no random bytes for a key");
		return EXIT_TEMP;
	}
	streamkey_subject(subject, str_from(key));
	if ((rc = session_append(s, EVENT_StreamKeyAdded, str_from(subject),
		 &data, 0, NULL)) != 0)
		return rc;
	printf("%s\n", key);
	if (fflush(stdout) != 0) {
		err_sys("write the key");
		return EXIT_TEMP;
	}
	return EXIT_OK;
}

int
channel_add(const char *name, const char *title)
{
	struct ChannelAdded data = {str_from(name), str_from(title)};
	char subject[EVENT_MAX_SUBJECT + 1];
	bool conflict = false;
	struct session s;
	uint64_t version;
	int rc;

	if (check_name(name) == -1)
		return EXIT_PERM;
	if ((rc = session_open(&s, "weir-channel")) != 0)
		return rc;
	switch (exists(&s, name, &version)) {
	case 0:
		rc = session_append(&s, EVENT_ChannelAdded,
		    subject_of(subject, "channel", name), &data, version,
		    &conflict);
		break;
	case 1:
		conflict = true;
		break;
	default:
		rc = EXIT_TEMP;
		break;
	}
	if (conflict) {
		err_msg("there is a channel %s already; weir channel key %s "
			"makes it a new key",
		    name, name);
		rc = EXIT_PERM;
	}
	if (rc == 0)
		rc = give_key(&s, name);
	session_close(&s);
	return rc;
}

/* Subjects of a channel's keys that hold, as one text with NULs. */
struct keys {
	struct session *session;
	const char *channel;
	struct buf subjects;
};

static int
collect_key(void *arg, struct str subject, const struct log_subject *at)
{
	struct keys *k = arg;
	struct StreamKeyAdded data;
	struct event e;

	if (log_reader_at(k->session->reader, at->seq, &e) != 1 ||
	    e.type != EVENT_StreamKeyAdded ||
	    EVENT_GET(&e, StreamKeyAdded, &data) == -1 ||
	    !str_eqz(data.channel, k->channel))
		return 0;
	return buf_putstr(&k->subjects, subject) == -1 ||
		       buf_put(&k->subjects, "", 1) == -1
		   ? -1
		   : 0;
}

/* Revoke every key that holds for NAME. */
static int
revoke_keys(struct session *s, const char *name)
{
	enum { SUBJECTS_MAX_BYTES = 1 << 20 };
	struct keys k = {.session = s, .channel = name};
	struct StreamKeyRevoked data = {.channel = str_from(name)};
	int rc = 0;

	buf_init(&k.subjects, SUBJECTS_MAX_BYTES);
	if (log_subjects(s->log, STR("streamkey/"), collect_key, &k) == -1) {
		err_sys("look the keys of %s up", name);
		rc = EXIT_TEMP;
	}
	for (size_t at = 0; rc == 0 && at < k.subjects.len;) {
		struct str subject = str_from((const char *)k.subjects.p + at);

		rc = session_append(
		    s, EVENT_StreamKeyRevoked, subject, &data, EVENT_ANY, NULL);
		at += subject.len + 1;
	}
	buf_fini(&k.subjects);
	return rc;
}

int
channel_key(const char *name)
{
	struct session s;
	uint64_t version;
	int rc;

	if (check_name(name) == -1)
		return EXIT_PERM;
	if ((rc = session_open(&s, "weir-channel")) != 0)
		return rc;
	if ((rc = require(&s, name, &version)) == 0 &&
	    (rc = revoke_keys(&s, name)) == 0)
		rc = give_key(&s, name);
	session_close(&s);
	return rc;
}

/* Say the event of TYPE with DATA about channel NAME, which must be there. */
static int
change(const char *name, bool revoke, enum event_type type, const void *data)
{
	char subject[EVENT_MAX_SUBJECT + 1];
	struct session s;
	uint64_t version;
	int rc;

	if (check_name(name) == -1)
		return EXIT_PERM;
	if ((rc = session_open(&s, "weir-channel")) != 0)
		return rc;
	if ((rc = require(&s, name, &version)) == 0 && revoke)
		rc = revoke_keys(&s, name);
	if (rc == 0)
		rc = session_append(&s, type,
		    subject_of(subject, "channel", name), data, version, NULL);
	session_close(&s);
	return rc;
}

int
channel_title(const char *name, const char *title)
{
	return change(name, false, EVENT_ChannelTitled,
	    &(struct ChannelTitled){str_from(name), str_from(title)});
}

/* TIME, as channel_grace() takes it, into *SET.  0, or -1 after reporting. */
static int
parse_grace(const char *time, struct ChannelGraceSet *set)
{
	uint64_t us;

	set->usual = strcmp(time, "usual") == 0;
	if (set->usual || num_parse(time, 0, GRACE_MAX_S, &set->grace_s) == 0)
		return 0;
	if (amount_parse_us(time, &us) == 0 &&
	    us / 1000000 <= (uint64_t)GRACE_MAX_S) {
		set->grace_s = us / 1000000;
		return 0;
	}
	err_msg("'%s' is no time to wait: want seconds (90), s, min or h "
		"behind it (5min), a day at most, or 'usual'",
	    time);
	return -1;
}

/* Say the setting of TYPE with DATA about "PREFIX/NAME"; NAME is a channel. */
static int
set_up(const char *name, const char *prefix, enum event_type type,
    const void *data)
{
	char subject[EVENT_MAX_SUBJECT + 1];
	struct session s;
	uint64_t version;
	int rc;

	if ((rc = session_open(&s, "weir-channel")) != 0)
		return rc;
	if ((rc = require(&s, name, &version)) == 0)
		rc = session_append(&s, type, subject_of(subject, prefix, name),
		    data, EVENT_ANY, NULL);
	session_close(&s);
	return rc;
}

int
channel_grace(const char *name, const char *time)
{
	struct ChannelGraceSet set = {.channel = str_from(name)};

	if (check_name(name) == -1 || parse_grace(time, &set) == -1)
		return EXIT_PERM;
	return set_up(name, "grace", EVENT_ChannelGraceSet, &set);
}

/* TIME, as channel_window() takes it, into *SET.  0, or -1 after reporting. */
static int
parse_window(const char *time, struct ChannelWindowSet *set)
{
	set->usual = strcmp(time, "usual") == 0;
	if (set->usual || live_window_parse(time, &set->window_us) == 0)
		return 0;
	err_msg(
	    "'%s' is no window: want " LIVE_WINDOW_WANTED ", or 'usual'", time);
	return -1;
}

int
channel_window(const char *name, const char *time)
{
	struct ChannelWindowSet set = {.channel = str_from(name)};

	if (check_name(name) == -1 || parse_window(time, &set) == -1)
		return EXIT_PERM;
	return set_up(name, "window", EVENT_ChannelWindowSet, &set);
}

/* TEXT is a passphrase as SRT takes it.  0, or -1 after reporting. */
static int
check_passphrase(const char *text)
{
	size_t n = strlen(text);

	if (n >= PASSPHRASE_MIN_BYTES && n <= PASSPHRASE_MAX_BYTES &&
	    str_utf8(str_from(text)))
		return 0;
	err_msg("a passphrase has %d to %d bytes of text; or say 'new' or "
		"'off'",
	    PASSPHRASE_MIN_BYTES, PASSPHRASE_MAX_BYTES);
	return -1;
}

/* A line of stdin into DST.  0, or -1 after reporting. */
static int
read_passphrase(char dst[PASSPHRASE_MAX_BYTES + 2])
{
	if (fgets(dst, PASSPHRASE_MAX_BYTES + 2, stdin) == NULL) {
		err_msg("there is no passphrase on stdin");
		return -1;
	}
	dst[strcspn(dst, "\n")] = '\0';
	return 0;
}

int
channel_passphrase(const char *name, const char *text)
{
	struct ChannelPassphraseSet set = {.channel = str_from(name)};
	bool make = strcmp(text, "new") == 0;
	char made[STREAMKEY_TEXT_SIZE], read[PASSPHRASE_MAX_BYTES + 2];
	int rc;

	set.off = strcmp(text, "off") == 0;
	if (strcmp(text, "-") == 0) {
		if (read_passphrase(read) == -1)
			return EXIT_PERM;
		text = read;
	}
	if (make && streamkey_make(made) == -1) {
		err_msg("libsodium does not start");
		return EXIT_TEMP;
	}
	if (check_name(name) == -1 ||
	    (!make && !set.off && check_passphrase(text) == -1))
		return EXIT_PERM;
	if (!set.off)
		set.passphrase = personal(str_from(make ? made : text));
	rc = set_up(name, "passphrase", EVENT_ChannelPassphraseSet, &set);
	if (rc == EXIT_OK && make &&
	    (printf("%s\n", made) < 0 || fflush(stdout) != 0)) {
		err_sys("write to stdout");
		rc = EXIT_TEMP;
	}
	return rc;
}

int
channel_pipeline(const char *name, const char *pipeline)
{
	struct ChannelPipelineSet set = {.channel = str_from(name)};
	char path[PATH_MAX], names[1024];

	if (check_name(name) == -1)
		return EXIT_PERM;
	set.usual = strcmp(pipeline, "usual") == 0;
	if (!set.usual && program_find(path, pipeline) == -1) {
		program_names(names, sizeof(names));
		err_msg("the pipeline %s: %s; there are: %s", pipeline,
		    strerror(errno), names);
		return EXIT_PERM;
	}
	if (!set.usual)
		set.pipeline = str_from(pipeline);
	return set_up(name, "pipeline", EVENT_ChannelPipelineSet, &set);
}

int
channel_remove(const char *name)
{
	return change(name, true, EVENT_ChannelRemoved,
	    &(struct ChannelRemoved){str_from(name)});
}

struct listing {
	struct session *session;
	json_t *list; /* NULL: print lines */
};

/* The title of the channel that E, its last event, is about. */
static struct str
title_of(const struct event *e, struct str name)
{
	struct ChannelTitled titled = {0};
	struct ChannelAdded added = {0};
	struct str title = {0};

	if (EVENT_GET(e, ChannelTitled, &titled) == 0)
		title = titled.title;
	else if (EVENT_GET(e, ChannelAdded, &added) == 0)
		title = added.title;
	return title.len > 0 ? title : name;
}

static int
list_one(void *arg, struct str subject, const struct log_subject *at)
{
	struct listing *l = arg;
	struct str name = {subject.p + 8, subject.len - 8}, title;
	struct event e;

	if (log_reader_at(l->session->reader, at->seq, &e) != 1 ||
	    e.type == EVENT_ChannelRemoved)
		return 0;
	title = title_of(&e, name);
	if (l->list == NULL)
		printf("%.*s\t%.*s\n", STRF(name), STRF(title));
	else
		(void)json_array_append_new(
		    l->list, json_pack("{s:s%, s:s%}", "name", name.p, name.len,
				 "title", title.p, title.len));
	return 0;
}

int
channel_list(bool json)
{
	struct session s;
	struct listing l = {.session = &s};
	int rc;

	if ((rc = session_open(&s, "weir-channel")) != 0)
		return rc;
	l.list = json ? json_array() : NULL;
	if (s.log != NULL &&
	    log_subjects(s.log, STR("channel/"), list_one, &l) == -1) {
		err_sys("read the channels");
		rc = EXIT_TEMP;
	} else if (l.list != NULL) {
		(void)json_dumpf(l.list, stdout, JSON_INDENT(2));
		printf("\n");
	}
	json_decref(l.list);
	session_close(&s);
	if (fflush(stdout) != 0) {
		err_sys("write");
		rc = EXIT_TEMP;
	}
	return rc;
}
