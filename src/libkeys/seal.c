#include "seal.h"
#include "mp.h"

#include <endian.h>
#include <errno.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* format, mark, nonce, then text and tag: see docs/privacy.md. */
enum {
	FORMAT = 1,
	AT_MARK = 1,
	AT_NONCE = AT_MARK + KEY_MARK_BYTES,
	AT_TEXT = AT_NONCE + crypto_aead_xchacha20poly1305_ietf_NPUBBYTES,
	TAG = crypto_aead_xchacha20poly1305_ietf_ABYTES,
	BOUND_MAX = 4 * 4 + EVENT_MAX_ID + EVENT_MAX_ID + EVENT_MAX_SUBJECT + 64
};
_Static_assert(AT_TEXT + TAG == PERSONAL_OVERHEAD, "as libevent has it");

static int __attribute__((format(printf, 3, 4)))
refuse(char *why, size_t cap, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(why, cap, fmt, ap);
	va_end(ap);
	errno = EBADMSG;
	return -1;
}

/* What a sealed field is bound to: each text behind its length. */
struct bound {
	uint8_t bytes[BOUND_MAX];
	size_t len;
};

static void
bind_to(struct bound *b, const struct event *e, const struct schema_field *f)
{
	const struct str text[] = {e->id, e->type_name, e->subject, f->name};

	b->len = 0;
	for (size_t i = 0; i < sizeof(text) / sizeof(text[0]); i++) {
		uint32_t le = htole32((uint32_t)text[i].len);

		memcpy(b->bytes + b->len, &le, sizeof(le));
		memcpy(b->bytes + b->len + sizeof(le), text[i].p, text[i].len);
		b->len += sizeof(le) + text[i].len;
	}
}

/* Seal TEXT, field F of E, under KEY, onto the end of B.  0, or -1. */
static int
seal_text(struct buf *b, const struct event *e, const struct schema_field *f,
    struct str text, const struct key *key)
{
	size_t filled = (text.len / PERSONAL_STEP + 1) * PERSONAL_STEP;
	size_t size = personal_sealed_bytes(text.len);
	struct bound bound;
	uint8_t *p;

	if (buf_reserve(b, size) == -1)
		return -1;
	p = b->p + b->len;
	p[0] = FORMAT;
	memcpy(p + AT_MARK, key->mark, sizeof(key->mark));
	randombytes_buf(p + AT_NONCE, AT_TEXT - AT_NONCE);
	/* Filled up as ISO/IEC 7816-4 has it: lengths tell of people, too. */
	if (text.len > 0)
		memcpy(p + AT_TEXT, text.p, text.len);
	memset(p + AT_TEXT + text.len, 0, filled - text.len);
	p[AT_TEXT + text.len] = 0x80;
	bind_to(&bound, e, f);
	(void)crypto_aead_xchacha20poly1305_ietf_encrypt(p + AT_TEXT, NULL,
	    p + AT_TEXT, filled, bound.bytes, bound.len, NULL, p + AT_NONCE,
	    key->bytes);
	b->len += size;
	return 0;
}

/*
 * Open SEALED, field F of E, with KEY onto the end of B.  True with *TEXT,
 * which lies there; false when it was sealed under another key, elsewhere, or
 * was changed.
 */
static bool
open_text(struct buf *b, const struct event *e, const struct schema_field *f,
    struct str sealed, const struct key *key, struct str *text)
{
	const uint8_t *p = (const uint8_t *)sealed.p;
	struct bound bound;
	size_t len;

	if (sealed.len < personal_sealed_bytes(0) || p[0] != FORMAT ||
	    memcmp(p + AT_MARK, key->mark, sizeof(key->mark)) != 0 ||
	    buf_reserve(b, sealed.len) == -1)
		return false;
	bind_to(&bound, e, f);
	if (crypto_aead_xchacha20poly1305_ietf_decrypt(b->p + b->len, NULL,
		NULL, p + AT_TEXT, sealed.len - AT_TEXT, bound.bytes, bound.len,
		p + AT_NONCE, key->bytes) == -1)
		return false;
	len = sealed.len - AT_TEXT - TAG;
	while (len > 0 && b->p[b->len + len - 1] == 0)
		len--;
	if (len == 0 || b->p[b->len + len - 1] != 0x80)
		return false;
	*text = (struct str){(const char *)b->p + b->len, len - 1};
	b->len += len - 1;
	return f->type != FIELD_STR || str_utf8(*text);
}

/*
 * The subject whose key seals F of E: empty when the field that names it is
 * not there.
 */
static struct str
whose(const struct event *e, const struct schema_field *f)
{
	struct str found = {0};
	struct mp m;

	if (str_eqz(f->whose, "subject"))
		return e->subject;
	mp_init(&m, e->data.p, e->data.len);
	for (size_t n = mp_map(&m); n > 0 && !m.bad; n--)
		if (str_eq(mp_str(&m), f->whose) && mp_peek(&m) == MP_STR)
			found = mp_str(&m);
		else
			mp_skip(&m);
	return found;
}

/* A walk over the data of an event that makes new data of it. */
struct making {
	struct keyring *keyring;
	const struct event *e;
	seal_gone_fn *gone;
	void *arg;
	struct buf *b;    /* the new data */
	struct buf scrap; /* one field's */
	msgpack_packer pk;
	char *why;
	size_t cap;
};

/* The key of SUBJECT, made if need be: 1, 0 when it is gone, -1. */
static int
key_for(struct making *w, struct str subject, struct key *key)
{
	int n = keyring_find(w->keyring, subject, key);

	if (n != 0)
		return n;
	if ((n = w->gone(w->arg, subject)) != 0)
		return n == 1 ? 0 : -1;
	return keyring_make(w->keyring, subject, key) == 0 ? 1 : -1;
}

static int
seal_field(struct making *w, const struct schema_field *f, struct str text)
{
	struct str subject = whose(w->e, f);
	struct key key;
	int n;

	if (subject.len == 0)
		return refuse(w->why, w->cap, "%.*s needs %.*s, whose it is",
		    STRF(f->name), STRF(f->whose));
	if (subject.len > EVENT_MAX_SUBJECT || !str_graphic(subject))
		return refuse(
		    w->why, w->cap, "%.*s is no subject", STRF(f->whose));
	if ((n = key_for(w, subject, &key)) == -1)
		return -1;
	if (n == 0) {
		msgpack_pack_nil(&w->pk);
		return 0;
	}
	buf_reset(&w->scrap);
	n = seal_text(&w->scrap, w->e, f, text, &key);
	key_wipe(&key);
	if (n == 0)
		mp_put_ext(&w->pk, PERSONAL_EXT, buf_str(&w->scrap));
	return n;
}

static int
open_field(struct making *w, const struct schema_field *f, struct str sealed)
{
	struct str subject = whose(w->e, f), text;
	bool opened = false;
	struct key key;
	int n = 0;

	if (subject.len > 0 &&
	    (n = keyring_find(w->keyring, subject, &key)) == -1)
		return -1;
	if (n == 1) {
		buf_reset(&w->scrap);
		opened = open_text(&w->scrap, w->e, f, sealed, &key, &text);
		key_wipe(&key);
		if (w->scrap.starved) {
			errno = ENOMEM;
			return -1;
		}
	}
	if (!opened)
		msgpack_pack_nil(&w->pk);
	else if (f->type == FIELD_STR)
		mp_put_str(&w->pk, text);
	else
		mp_put_bin(&w->pk, text);
	return 0;
}

/* Take the next value of M, which is of the field F or NULL, over. */
static int
take(struct making *w, struct mp *m, const struct schema_field *f)
{
	enum mp_type type = mp_peek(m);
	struct str raw;

	if (f != NULL && f->whose.len > 0) {
		if (w->gone != NULL && (type == MP_STR || type == MP_BIN))
			return seal_field(
			    w, f, type == MP_STR ? mp_str(m) : mp_bin(m));
		if (w->gone == NULL && type == MP_OTHER)
			return open_field(w, f, mp_ext(m, PERSONAL_EXT));
	}
	raw = mp_raw(m);
	(void)buf_putstr(w->b, raw);
	return 0;
}

/* Make new data of W's event.  0 with *OUT, or -1. */
static int
make(struct making *w, struct event *out)
{
	const struct schema *s = schema_of(w->e->type);
	unsigned version = w->e->data_version > 1 ? w->e->data_version : 1;
	int rc = 0;
	struct mp m;
	size_t n;

	if (s == NULL || !s->personal) {
		*out = *w->e;
		return 0;
	}
	buf_reset(w->b);
	buf_init(&w->scrap, EVENT_MAX);
	mp_packer(&w->pk, w->b);
	mp_init(&m, w->e->data.p, w->e->data.len);
	n = mp_map(&m);
	msgpack_pack_map(&w->pk, n);
	for (; n > 0 && !m.bad && rc == 0; n--) {
		struct str name = mp_str(&m);

		mp_put_str(&w->pk, name);
		rc = take(w, &m, schema_field(s, name, version));
	}
	/* What was opened is not left lying about. */
	if (w->scrap.cap > 0)
		sodium_memzero(w->scrap.p, w->scrap.cap);
	buf_fini(&w->scrap);
	if (rc == 0 && !mp_done(&m)) {
		errno = EBADMSG;
		rc = -1;
	}
	if (rc == 0 && w->b->failed) {
		errno = w->b->starved ? ENOMEM : EMSGSIZE;
		rc = -1;
	}
	if (rc == 0) {
		*out = *w->e;
		out->data = buf_str(w->b);
	}
	return rc;
}

int
seal_event(struct keyring *k, const struct event *e, seal_gone_fn *gone,
    void *arg, struct event *out, struct buf *b, char *why, size_t cap)
{
	struct making w = {.keyring = k,
	    .e = e,
	    .gone = gone,
	    .arg = arg,
	    .b = b,
	    .why = why,
	    .cap = cap};

	(void)refuse(why, cap, "data is not a msgpack map");
	if (make(&w, out) == -1)
		return -1;
	if (out->data.len > EVENT_MAX_DATA)
		return refuse(
		    why, cap, "data is longer than 1 MiB when sealed");
	return 0;
}

int
seal_open_event(
    struct keyring *k, const struct event *e, struct event *out, struct buf *b)
{
	struct making w = {.keyring = k, .e = e, .b = b};

	return make(&w, out);
}
