#include "tap.h"
#include "tmp.h"
#include "token.h"

#include <errno.h>
#include <jwt.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { NOW_S = 1800000000 };

static char dir[64], keys[80], kid[TOKENKEY_ID_SIZE];
static const char *why;

/* A token as JSON says, signed with KEY by ALG; freed by the caller. */
static char *
craft(jwt_alg_t alg, const struct buf *key, const char *header,
    const char *claims)
{
	char *text = NULL;
	jwt_t *jwt;

	if (jwt_new(&jwt) != 0)
		return NULL;
	if (jwt_set_alg(jwt, alg, key != NULL ? key->p : NULL,
		key != NULL ? (int)key->len - 1 : 0) == 0 &&
	    jwt_add_headers_json(jwt, header) == 0 &&
	    jwt_add_grants_json(jwt, claims) == 0)
		text = jwt_encode_str(jwt);
	jwt_free(jwt);
	return text;
}

/* TEXT is refused with a reason that holds WANT; it is freed. */
static bool
refused(char *text, const char *want)
{
	struct token t = {.role = "none"};
	bool r = text != NULL && (errno = 0) == 0 &&
		 token_check(keys, str_from(text), NOW_S, &t, &why) == -1 &&
		 errno == EACCES && strcmp(t.role, "none") == 0 &&
		 strstr(why, want) != NULL;

	if (!r)
		printf("# %s: %s\n", text != NULL ? text : "no token",
		    why != NULL ? why : "");
	free(text);
	return r;
}

static char header[256];

#define CLAIMS(more)                                                           \
	"{\"iss\":\"weir\",\"aud\":\"weir-edged\",\"role\":\"operator\","      \
	"\"iat\":1799999000,\"nbf\":1799999000,\"exp\":1800003600" more "}"
#define GOOD CLAIMS("")

static char *
signed_claims(const char *claims)
{
	struct buf key;
	char *text;

	buf_init(&key, TOKENKEY_MAX_BYTES + 1);
	(void)tokenkey_secret(keys, kid, &key);
	text = craft(JWT_ALG_ES256, &key, header, claims);
	buf_fini(&key);
	return text;
}

static char *
signed_header(const char *json)
{
	struct buf key;
	char *text;

	buf_init(&key, TOKENKEY_MAX_BYTES + 1);
	(void)tokenkey_secret(keys, kid, &key);
	text = craft(JWT_ALG_ES256, &key, json, GOOD);
	buf_fini(&key);
	return text;
}

static void
good_ones(void)
{
	struct token t = {.role = "operator",
			 .name = "ann",
			 .issued_s = NOW_S,
			 .expires_s = NOW_S + 60},
		     got;
	struct stat st;
	struct buf out;
	char path[128];

	buf_init(&out, TOKEN_MAX_BYTES);
	OK(tokenkey_newest(keys, kid) == -1 && errno == ENOENT);
	OK(token_sign(keys, &t, &out) == 0);
	OK(tokenkey_newest(keys, kid) == 0);
	OK(token_check(keys, buf_str(&out), NOW_S, &got, &why) == 0);
	OK(strcmp(got.role, "operator") == 0 && strcmp(got.name, "ann") == 0 &&
	    got.expires_s == NOW_S + 60);
	/* Clocks may differ by half a minute. */
	OK(token_check(keys, buf_str(&out), NOW_S - 30, &got, &why) == 0);
	OK(token_check(keys, buf_str(&out), NOW_S + 89, &got, &why) == 0);
	OK(token_check(keys, buf_str(&out), NOW_S + 90, &got, &why) == -1);
	OK(token_check(keys, buf_str(&out), NOW_S - 31, &got, &why) == -1);
	(void)snprintf(path, sizeof(path), "%s/%s.key", keys, kid);
	OK(stat(path, &st) == 0 && (st.st_mode & 0777) == 0600);
	OK(chmod(path, 0640) == 0 && token_sign(keys, &t, &out) == -1 &&
	    errno == EPERM);
	OK(chmod(path, 0600) == 0);
	(void)snprintf(header, sizeof(header), "{\"kid\":\"%s\"}", kid);
	buf_fini(&out);
}

static void
crafted(void)
{
	static const char *const headers[] = {
	    "{\"kid\":\"../../../etc/passwd\"}", "{\"kid\":\"' OR 1=1; --\"}",
	    "{\"kid\":\"00000000-00000000\"}",
	    "{\"kid\":\"00000000/00000000\"}", "{\"kid\":7}", "{\"kid\":null}",
	    "{}"};
	struct token got;
	struct buf pub;
	char more[256], *text, *dot;

	text = signed_claims(GOOD);
	OK(text != NULL &&
	    token_check(keys, str_from(text), NOW_S, &got, &why) == 0);
	/* The public key is no secret: nobody signs with it. */
	buf_init(&pub, TOKENKEY_MAX_BYTES + 1);
	OK(tokenkey_public(keys, kid, &pub) == 0);
	OK(refused(craft(JWT_ALG_HS256, &pub, header, GOOD), "in another way"));
	OK(refused(craft(JWT_ALG_NONE, NULL, header, GOOD), "in another way"));
	buf_fini(&pub);
	dot = strrchr(text, '.');
	dot[1] = '\0';
	OK(refused(strdup(text), "signature is wrong"));
	dot[0] = '\0';
	OK(refused(strdup(text), "signature is wrong"));
	free(text);
	text = signed_claims(GOOD);
	text[strlen(text) - 10] ^= 1;
	OK(refused(text, "signature is wrong"));
	/* Other claims under the same signature. */
	text = signed_claims(GOOD);
	dot = strchr(text, '.');
	dot[30] = dot[30] == 'A' ? 'B' : 'A';
	OK(refused(text, "signature is wrong"));
	for (size_t i = 0; i < sizeof(headers) / sizeof(headers[0]); i++)
		OK(refused(signed_header(headers[i]),
		    i == 6 ? "in another way" : "no key of ours"));
	(void)snprintf(more, sizeof(more),
	    "{\"kid\":\"%s\",\"jku\":\"http://127.0.0.1/\"}", kid);
	OK(refused(signed_header(more), "in another way"));
	(void)snprintf(
	    more, sizeof(more), "{\"kid\":\"%s\",\"crit\":[\"x\"]}", kid);
	OK(refused(signed_header(more), "in another way"));
}

static void
claimed(void)
{
#define T(iss, aud, role, iat, nbf, exp)                                       \
	"{\"iss\":" iss ",\"aud\":" aud ",\"role\":" role ",\"iat\":" iat      \
	",\"nbf\":" nbf ",\"exp\":" exp "}"
#define W "\"weir\""
#define A "\"weir-edged\""
#define O "\"operator\""
#define I "1799999000"
#define E "1800003600"
	OK(refused(signed_claims(T(W, A, O, I, I, "1799999970")), "expired"));
	OK(refused(signed_claims(T(W, A, O, I, "1800000031", E)), "not valid"));
	OK(refused(signed_claims(T(W, A, O, "1800000031", I, E)), "not valid"));
	OK(refused(signed_claims(T(W, A, O, I, I, "\"1800003600\"")), "until"));
	OK(refused(signed_claims(T(W, A, O, I, I, "1800003600.5")), "until"));
	OK(refused(signed_claims(T(W, A, O, I, I, "-1")), "until"));
	OK(refused(
	    signed_claims(T(W, A, O, I, I, "9223372036854775807")), "until"));
	OK(refused(signed_claims(T(W, A, O, I, I, "1900000000")), "longer"));
	OK(refused(signed_claims(T("\"other\"", A, O, I, I, E)), "from"));
	OK(refused(signed_claims(T(W, W, O, I, I, E)), "meant for"));
	OK(refused(signed_claims(T(W, "[" A "]", O, I, I, E)), "meant for"));
	OK(refused(signed_claims(T(W, A, "7", I, I, E)), "for what"));
	OK(refused(signed_claims("{}"), "from"));
	OK(refused(signed_claims(CLAIMS(",\"sub\":\"a b\"")), "for what"));
}

static void
nonsense(void)
{
	char *large = calloc(1, 1 << 20);

	memset(large, 'a', (1 << 20) - 1);
	OK(refused(large, "too long"));
	OK(refused(strdup(""), "no token"));
	OK(refused(strdup("."), "no token"));
	OK(refused(strdup(".."), "no token"));
	OK(refused(strdup("a.b.c"), "no token"));
	OK(refused(strdup("W10.W10.W10"), "no token"));  /* [] */
	OK(refused(strdup("bnVsbA.e30.x"), "no token")); /* null */
	OK(refused(strdup("e30 .e30.x"), "no token"));
	/* The same name twice. */
	OK(token_claims(STR("{\"iss\":\"weir\",\"iss\":\"weir\"}"), NOW_S,
	       &(struct token){.issued_s = 0}, &why) == -1);
}

static int
count(void *arg, const char id[TOKENKEY_ID_SIZE])
{
	OK(tokenkey_is_id(str_from(id)));
	++*(int *)arg;
	return 0;
}

static void
rotation(void)
{
	char second[TOKENKEY_ID_SIZE], newest[TOKENKEY_ID_SIZE];
	char *text = signed_claims(GOOD);
	struct token got;
	int n = 0;

	OK(tokenkey_make(keys, second) == 0);
	OK(tokenkey_newest(keys, newest) == 0);
	OK(strcmp(newest, kid) == 0 || strcmp(newest, second) == 0);
	OK(tokenkey_each(keys, count, &n) == 0 && n == 2);
	OK(token_check(keys, str_from(text), NOW_S, &got, &why) == 0);
	OK(tokenkey_remove(keys, kid) == 0);
	OK(tokenkey_remove(keys, kid) == -1 && errno == ENOENT);
	OK(tokenkey_remove(keys, "../x") == -1 && errno == ENOENT);
	OK(refused(text, "no key of ours"));
}

int
main(void)
{
	(void)tmp_make(dir);
	(void)snprintf(keys, sizeof(keys), "%s/tokens", dir);
	good_ones();
	crafted();
	claimed();
	nonsense();
	rotation();
	tmp_remove(dir);
	return tap_done();
}
