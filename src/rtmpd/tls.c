#include "tls.h"
#include "err.h"

#include <errno.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
	/* So much of what encoders send is read at once. */
	READ_AHEAD_BYTES = 64 * 1024
};

struct tls {
	const char *cert, *key;
	struct tls_figures *figures;
	SSL_CTX *ctx;
};

/* A key behind a passphrase: nobody is there to be asked for it. */
static int
no_passphrase(char *buf, int size, int writing, void *arg)
{
	(void)buf;
	(void)size;
	(void)writing;
	(void)arg;
	return -1;
}

/* Report that WHAT cannot be had, as OpenSSL explains it. */
static void
report(const char *what, const char *path)
{
	unsigned long code = ERR_peek_error();
	const char *why = ERR_SYSTEM_ERROR(code)
			      ? strerror(ERR_GET_REASON(code))
			      : ERR_reason_error_string(code);

	err_msg("%s %s: %s", what, path, why != NULL ? why : "not usable");
	ERR_clear_error();
}

/* Versions from 1.2 on, and nothing kept of a connection that is over. */
static SSL_CTX *
make(void)
{
	SSL_CTX *ctx = SSL_CTX_new(TLS_server_method());

	if (ctx == NULL)
		return NULL;
	(void)SSL_CTX_set_options(
	    ctx, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_TICKET |
		     SSL_OP_NO_COMPRESSION | SSL_OP_IGNORE_UNEXPECTED_EOF);
	(void)SSL_CTX_set_mode(ctx, SSL_MODE_ENABLE_PARTIAL_WRITE |
					SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
					SSL_MODE_RELEASE_BUFFERS);
	(void)SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_OFF);
	SSL_CTX_set_read_ahead(ctx, 1);
	SSL_CTX_set_default_read_buffer_len(ctx, READ_AHEAD_BYTES);
	SSL_CTX_set_default_passwd_cb(ctx, no_passphrase);
	if (SSL_CTX_set_min_proto_version(ctx, TLS1_2_VERSION) == 1 &&
	    SSL_CTX_set_num_tickets(ctx, 0) == 1)
		return ctx;
	SSL_CTX_free(ctx);
	return NULL;
}

/* Say until when the certificate of CTX holds, and that it does not. */
static void
tell(const struct tls *t, const SSL_CTX *ctx)
{
	const X509 *cert = SSL_CTX_get0_certificate(ctx);
	const ASN1_TIME *until = X509_get0_notAfter(cert);
	char text[32] = "";
	struct tm tm;

	if (ASN1_TIME_to_tm(until, &tm) == 1) {
		(void)strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &tm);
		t->figures->expires_s = (uint64_t)timegm(&tm);
	}
	if (X509_cmp_current_time(until) < 0)
		err_warn("the certificate is over cert=%s expires=%s", t->cert,
		    text);
	else
		err_info("certificate read cert=%s expires=%s", t->cert, text);
}

/* A context with what the files hold now, or NULL after reporting. */
static SSL_CTX *
load(const struct tls *t)
{
	SSL_CTX *ctx = make();

	ERR_clear_error();
	if (ctx == NULL) {
		report("start", "TLS");
		return NULL;
	}
	if (SSL_CTX_use_certificate_chain_file(ctx, t->cert) != 1) {
		report("read the certificate", t->cert);
		goto free_ctx;
	}
	if (SSL_CTX_use_PrivateKey_file(ctx, t->key, SSL_FILETYPE_PEM) != 1 ||
	    SSL_CTX_check_private_key(ctx) != 1) {
		report("read the certificate's key", t->key);
		goto free_ctx;
	}
	tell(t, ctx);
	return ctx;
free_ctx:
	SSL_CTX_free(ctx);
	return NULL;
}

struct tls *
tls_open(const char *cert, const char *key, struct tls_figures *figures)
{
	struct tls *t = malloc(sizeof(*t));

	if (t == NULL) {
		err_sys("start TLS");
		return NULL;
	}
	*t = (struct tls){.cert = cert, .key = key, .figures = figures};
	if ((t->ctx = load(t)) == NULL) {
		free(t);
		return NULL;
	}
	return t;
}

void
tls_close(struct tls *t)
{
	if (t == NULL)
		return;
	SSL_CTX_free(t->ctx);
	free(t);
}

int
tls_reload(struct tls *t)
{
	SSL_CTX *ctx = load(t);

	if (ctx == NULL) {
		err_warn("the certificate of before stays in force");
		return -1;
	}
	/* Connections that are there keep theirs. */
	SSL_CTX_free(t->ctx);
	t->ctx = ctx;
	return 0;
}

struct tls_figures *
tls_figures(struct tls *t)
{
	return t->figures;
}

SSL *
tls_accept(struct tls *t, int fd)
{
	SSL *ssl = SSL_new(t->ctx);

	if (ssl != NULL && SSL_set_fd(ssl, fd) == 1) {
		SSL_set_accept_state(ssl);
		return ssl;
	}
	SSL_free(ssl);
	ERR_clear_error();
	errno = ENOMEM;
	return NULL;
}
