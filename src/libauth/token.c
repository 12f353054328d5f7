#include "token.h"

#include "uuid.h"

#include <errno.h>
#include <jansson.h>
#include <jwt.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

static int
refuse(const char **why, const char *what)
{
	*why = what;
	errno = EACCES;
	return -1;
}

/* S as one JSON object without a name twice, or NULL. */
static json_t *
object(struct str s)
{
	json_t *o = json_loadb(s.p, s.len, JSON_REJECT_DUPLICATES, NULL);

	if (json_is_object(o))
		return o;
	json_decref(o);
	return NULL;
}

/* Is KEY of O the string WANT? */
static bool
is(const json_t *o, const char *key, const char *want)
{
	const json_t *v = json_object_get(o, key);

	return json_is_string(v) && json_string_length(v) == strlen(want) &&
	       strcmp(json_string_value(v), want) == 0;
}

/* KEY of O, a short string, into DST of TOKEN_NAME_SIZE; false: it is none. */
static bool
text(const json_t *o, const char *key, char *dst)
{
	const json_t *v = json_object_get(o, key);
	struct str s = {json_string_value(v), json_string_length(v)};

	return json_is_string(v) && str_graphic(s) &&
	       str_copy(dst, TOKEN_NAME_SIZE, s) == 0;
}

/* KEY of O as seconds since the epoch; false: it is no whole number. */
static bool
seconds(const json_t *o, const char *key, uint64_t *out)
{
	const json_t *v = json_object_get(o, key);

	if (!json_is_integer(v) || json_integer_value(v) < 0)
		return false;
	*out = (uint64_t)json_integer_value(v);
	return true;
}

/* The first part of TEXT, decoded, as an object; NULL: it is none. */
static json_t *
header_of(struct str text)
{
	const char *dot = memchr(text.p, '.', text.len);
	unsigned char json[1024];
	size_t n;

	if (dot == NULL || sodium_base642bin(json, sizeof(json), text.p,
			       (size_t)(dot - text.p), NULL, &n, NULL,
			       sodium_base64_VARIANT_URLSAFE_NO_PADDING) != 0)
		return NULL;
	return object((struct str){(const char *)json, n});
}

int
token_header(struct str text, char kid[TOKENKEY_ID_SIZE], const char **why)
{
	json_t *o;
	const json_t *v;
	struct str id;
	int rc = 0;

	if (text.len > TOKEN_MAX_BYTES)
		return refuse(why, "it is too long");
	if (!str_graphic(text) || (o = header_of(text)) == NULL)
		return refuse(why, "it is no token");
	v = json_object_get(o, "kid");
	id = (struct str){json_string_value(v), json_string_length(v)};
	/*
	 * The algorithm goes with the key, and ours have this one.  What
	 * names keys elsewhere, and what must be understood (RFC 7515,
	 * 4.1), is nothing that we say.
	 */
	if (!is(o, "alg", "ES256") || !is(o, "typ", "JWT") ||
	    json_object_size(o) != 3)
		rc = refuse(why, "it is signed in another way");
	else if (!json_is_string(v) || !tokenkey_is_id(id))
		rc = refuse(why, "it is signed by no key of ours");
	else
		(void)str_copy(kid, TOKENKEY_ID_SIZE, id);
	json_decref(o);
	return rc;
}

static int
claims(const json_t *o, uint64_t now_s, struct token *t, const char **why)
{
	uint64_t begins_s;

	if (!is(o, "iss", TOKEN_ISSUER))
		return refuse(why, "it is from somebody else");
	if (!is(o, "aud", TOKEN_AUDIENCE))
		return refuse(why, "it is meant for somebody else");
	if (!text(o, "role", t->role) ||
	    (json_object_get(o, "sub") != NULL && !text(o, "sub", t->name)))
		return refuse(why, "it does not say for what it is");
	if (!seconds(o, "exp", &t->expires_s) ||
	    !seconds(o, "iat", &t->issued_s) || !seconds(o, "nbf", &begins_s) ||
	    t->expires_s > INT64_MAX - TOKEN_LEEWAY_S)
		return refuse(why, "it does not say until when it is valid");
	if (now_s >= t->expires_s + TOKEN_LEEWAY_S)
		return refuse(why, "it has expired");
	if (begins_s > now_s + TOKEN_LEEWAY_S ||
	    t->issued_s > now_s + TOKEN_LEEWAY_S)
		return refuse(why, "it is not valid yet");
	if (t->expires_s > t->issued_s + TOKEN_MAX_LIFE_S)
		return refuse(why, "it lasts longer than any of ours");
	return 0;
}

int
token_claims(
    struct str json, uint64_t now_s, struct token *out, const char **why)
{
	struct token t = {.issued_s = 0};
	json_t *o = object(json);
	int rc;

	if (o == NULL)
		return refuse(why, "it is no token");
	rc = claims(o, now_s, &t, why);
	json_decref(o);
	if (rc == 0)
		*out = t;
	return rc;
}

/* The claims of TEXT, when KEY signed it by the algorithm that it has. */
static char *
verified(const char *text, const struct buf *key)
{
	char *json = NULL;
	jwt_t *jwt;

	/* The NUL that is behind the key does not count. */
	if (jwt_decode(&jwt, text, key->p, (int)key->len - 1) != 0)
		return NULL;
	if (jwt_get_alg(jwt) == JWT_ALG_ES256)
		json = jwt_get_grants_json(jwt, NULL);
	jwt_free(jwt);
	return json;
}

int
token_check(const char *dir, struct str text, uint64_t now_s, struct token *out,
    const char **why)
{
	char whole[TOKEN_MAX_BYTES + 1], kid[TOKENKEY_ID_SIZE], *json = NULL;
	struct buf key;
	int rc;

	if (token_header(text, kid, why) == -1)
		return -1;
	(void)str_copy(whole, sizeof(whole), text);
	buf_init(&key, TOKENKEY_MAX_BYTES + 1);
	if (tokenkey_public(dir, kid, &key) == -1)
		rc = refuse(why, "it is signed by no key of ours");
	else if ((json = verified(whole, &key)) == NULL)
		rc = refuse(why, "its signature is wrong");
	else
		rc = token_claims(str_from(json), now_s, out, why);
	free(json);
	buf_fini(&key);
	return rc;
}

/* What T claims, into JWT.  0, or an errno. */
static int
claim(jwt_t *jwt, const struct token *t, const char *kid)
{
	char id[UUID_TEXT_SIZE];
	int bad = 0;

	if (uuid_v7(id) == -1)
		return errno;
	bad |= jwt_add_header(jwt, "kid", kid);
	bad |= jwt_add_grant(jwt, "iss", TOKEN_ISSUER);
	bad |= jwt_add_grant(jwt, "aud", TOKEN_AUDIENCE);
	bad |= jwt_add_grant(jwt, "jti", id);
	bad |= jwt_add_grant(jwt, "role", t->role);
	if (t->name[0] != '\0')
		bad |= jwt_add_grant(jwt, "sub", t->name);
	bad |= jwt_add_grant_int(jwt, "iat", (long)t->issued_s);
	bad |= jwt_add_grant_int(jwt, "nbf", (long)t->issued_s);
	bad |= jwt_add_grant_int(jwt, "exp", (long)t->expires_s);
	return bad;
}

/* T as signed by the key KID, whose text is KEY, onto OUT. */
static int
sign(const struct token *t, const char *kid, const struct buf *key,
    struct buf *out)
{
	char *text = NULL;
	jwt_t *jwt;
	int rc = -1;

	if ((errno = jwt_new(&jwt)) != 0)
		return -1;
	if ((errno = jwt_set_alg(
		 jwt, JWT_ALG_ES256, key->p, (int)key->len - 1)) == 0 &&
	    (errno = claim(jwt, t, kid)) == 0 &&
	    (text = jwt_encode_str(jwt)) != NULL)
		rc = buf_puts(out, text);
	free(text);
	jwt_free(jwt);
	return rc;
}

int
token_sign(const char *dir, const struct token *t, struct buf *out)
{
	char kid[TOKENKEY_ID_SIZE];
	struct buf key;
	int rc;

	if ((rc = tokenkey_newest(dir, kid)) == -1 && errno == ENOENT)
		rc = tokenkey_make(dir, kid);
	if (rc == -1)
		return -1;
	buf_init(&key, TOKENKEY_MAX_BYTES + 1);
	if ((rc = tokenkey_secret(dir, kid, &key)) == 0)
		rc = sign(t, kid, &key, out);
	if (key.p != NULL)
		sodium_memzero(key.p, key.len);
	buf_fini(&key);
	return rc;
}
