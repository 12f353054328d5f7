#include "wire.h"

#include <errno.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/socket.h>

int
wire_open(struct wire *w, int fd, struct tls *tls)
{
	*w = (struct wire){.fd = fd, .ready = tls == NULL};
	if (tls == NULL)
		return 0;
	w->figures = tls_figures(tls);
	w->ssl = tls_accept(tls, fd);
	return w->ssl != NULL ? 0 : -1;
}

void
wire_close(struct wire *w)
{
	if (!w->ready)
		w->figures->failed++;
	SSL_free(w->ssl);
	w->ssl = NULL;
}

bool
wire_holds(const struct wire *w)
{
	return w->ssl != NULL && w->failed == 0 && SSL_has_pending(w->ssl);
}

bool
wire_waits(const struct wire *w)
{
	char c;

	return wire_holds(w) ||
	       recv(w->fd, &c, 1, MSG_PEEK | MSG_DONTWAIT) != -1 ||
	       errno != EAGAIN;
}

static ssize_t
fail(struct wire *w, int error, const char *why)
{
	w->failed = errno = error;
	w->why = why != NULL ? why : "the TLS connection broke";
	return -1;
}

/*
 * What the result RC of a call on W means when it is no success: -1 with
 * errno, or 0 at the end.
 */
static ssize_t
stopped(struct wire *w, int rc)
{
	int error = errno;
	int what = SSL_get_error(w->ssl, rc);

	w->wants_out = what == SSL_ERROR_WANT_WRITE;
	if (what == SSL_ERROR_WANT_READ || what == SSL_ERROR_WANT_WRITE) {
		errno = EAGAIN;
		return -1;
	}
	if (what == SSL_ERROR_ZERO_RETURN)
		return 0;
	if (what == SSL_ERROR_SYSCALL)
		return fail(w, error != 0 ? error : ECONNRESET, NULL);
	(void)fail(w, EPROTO, ERR_reason_error_string(ERR_peek_error()));
	ERR_clear_error();
	return -1;
}

static ssize_t
recv_tls(struct wire *w, uint8_t *p, size_t n)
{
	size_t got = 0, k;

	while (got < n && w->failed == 0) {
		ssize_t end;
		int rc;

		ERR_clear_error();
		errno = 0;
		if ((rc = SSL_read_ex(w->ssl, p + got, n - got, &k)) == 1) {
			got += k;
			continue;
		}
		end = stopped(w, rc);
		/* Behind bytes that came it is told the next time. */
		return got > 0 ? (ssize_t)got : end;
	}
	errno = w->failed;
	return got > 0 ? (ssize_t)got : -1;
}

ssize_t
wire_recv(struct wire *w, uint8_t *p, size_t n)
{
	ssize_t got;

	if (w->ssl == NULL)
		return recv(w->fd, p, n, 0);
	got = recv_tls(w, p, n);
	if (!w->ready && SSL_is_init_finished(w->ssl)) {
		w->ready = true;
		w->figures->handshakes++;
	}
	return got;
}

ssize_t
wire_send(struct wire *w, const uint8_t *p, size_t n)
{
	size_t k;
	int rc;

	if (w->ssl == NULL)
		return send(w->fd, p, n, MSG_NOSIGNAL);
	if (w->failed != 0 || w->mute) {
		errno = w->failed != 0 ? w->failed : EPIPE;
		return -1;
	}
	ERR_clear_error();
	errno = 0;
	if ((rc = SSL_write_ex(w->ssl, p, n, &k)) == 1)
		return (ssize_t)k;
	if (SSL_get_error(w->ssl, rc) == SSL_ERROR_SYSCALL) {
		/* What the peer sent before it closed can still be read. */
		w->mute = true;
		errno = EPIPE;
		return -1;
	}
	if (stopped(w, rc) == 0)
		errno = EPIPE;
	return -1;
}

void
wire_shut(struct wire *w)
{
	if (w->ssl != NULL && w->failed == 0 && !w->mute && w->ready) {
		(void)SSL_shutdown(w->ssl);
		ERR_clear_error();
	}
	(void)shutdown(w->fd, SHUT_WR);
}
