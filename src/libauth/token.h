#ifndef AUTH_TOKEN_H
#define AUTH_TOKEN_H

#include "buf.h"
#include "tokenkey.h"

/*
 * Tokens that say who may do what, and until when: JSON Web Tokens (RFC 7519)
 * that weir-token makes and weir-edged takes as "Authorization: Bearer".  They
 * are signed with ES256 and nothing else, whatever a token says of itself, so
 * that who checks them holds public keys only.
 */
enum {
	TOKEN_MAX_BYTES = 8 * 1024,
	TOKEN_NAME_SIZE = 65,
	TOKEN_LEEWAY_S = 30,           /* by which clocks may differ */
	TOKEN_MAX_LIFE_S = 366 * 86400 /* nothing lasts longer */
};

#define TOKEN_ISSUER "weir"
#define TOKEN_AUDIENCE "weir-edged"
#define TOKEN_OPERATOR "operator"

struct token {
	char role[TOKEN_NAME_SIZE];
	char name[TOKEN_NAME_SIZE];   /* of who has it, for people, or "" */
	uint64_t issued_s, expires_s; /* since the epoch */
};

/*
 * T, signed by the newest key in DIR, one being made when there is none, onto
 * OUT.  0, or -1 with errno.
 */
int token_sign(const char *dir, const struct token *t, struct buf *out);

/*
 * Read TEXT, which anybody may have written, by the keys in DIR.  0 with *OUT;
 * -1 with errno EACCES and *WHY, for people, when it is good for nothing: it is
 * malformed, signed by no key of ours or by another algorithm, not meant for
 * weir-edged, not valid yet at NOW_S or not any more.
 */
int token_check(const char *dir, struct str text, uint64_t now_s,
    struct token *out, const char **why);

/*
 * For token_check(), and for its tests: the id of the key that TEXT's header
 * says; the claims in JSON, whose signature is good.  As above.
 */
int token_header(struct str text, char kid[TOKENKEY_ID_SIZE], const char **why);
int token_claims(
    struct str json, uint64_t now_s, struct token *out, const char **why);

#endif
