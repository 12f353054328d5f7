#include "coding.h"
#include "flv.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

/* What is known of the one track there is. */
struct known {
	struct coding_config c; /* its coding NULL: nothing */
};

static int
configure(struct known *k, const struct flv_tag *t)
{
	const char *why = NULL;
	int rc;

	if (t->kind == FLV_CONFIG)
		rc = coding_configure(&k->c, t->coding, t->p, t->len, &why);
	else if (t->kind == FLV_DESCRIPTOR)
		rc = coding_configure_ts(&k->c, t->coding, t->p, t->len, &why);
	else
		rc = coding_configure_channels(
		    &k->c, t->coding, t->p, t->len, &why);
	if (rc == -1 && why == NULL)
		abort();
	return rc;
}

/* What is said to be complete can be played. */
static void
check(const struct coding_config *c)
{
	const struct media_track t = {.config = c->record,
	    .config_len = c->record_len,
	    .width = c->width,
	    .height = c->height};
	const struct codec *codec = codec_of(c->coding->id);
	struct codec_facts facts;

	if (codec == NULL)
		abort();
	if (c->complete && c->record_len > 0 && codec->facts(&facts, &t) == -1)
		abort();
}

static void
take(struct known *k, const struct flv_tag *t)
{
	struct coding_frame f = {t->p, t->len, t->key};
	enum coding_verdict verdict;

	if (t->kind == FLV_CONFIG || t->kind == FLV_DESCRIPTOR ||
	    (t->kind == FLV_CHANNELS && t->coding->id == MEDIA_OPUS)) {
		if (configure(k, t) == -1)
			k->c.coding = NULL;
	} else if (t->kind == FLV_FRAME) {
		if (k->c.coding != t->coding && t->coding->bare)
			k->c = (struct coding_config){.coding = t->coding};
		if (k->c.coding != t->coding)
			return;
		verdict = coding_look(&k->c, &f);
		if (f.p < t->p || f.p + f.len > t->p + t->len ||
		    (verdict != CODING_BAD && !k->c.complete))
			abort();
	}
	if (k->c.coding != NULL)
		check(&k->c);
}

/* Messages, each with its length before it, of one kind. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct known k = {.c = {.coding = NULL}};
	struct flv_metadata m;
	struct flv_tag t;
	struct flv f;

	if (len < 2)
		return 0;
	(void)flv_metadata(&m, data + 1, len - 1);
	for (size_t at = 1; at < len;) {
		size_t n = data[at++];

		n = n < len - at ? n : len - at;
		flv_begin(
		    &f, data[0] & 1 ? MEDIA_VIDEO : MEDIA_AUDIO, data + at, n);
		while (flv_next(&f, &t) == 1)
			take(&k, &t);
		at += n;
	}
	return 0;
}
