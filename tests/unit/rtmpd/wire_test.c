#include "tap.h"
#include "tmp.h"
#include "wire.h"

#include <errno.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { LONG = 40000 };

/* A server's end, and the client's. */
struct pair {
	struct wire w;
	SSL_CTX *ctx;
	SSL *client;
	int fd; /* the client's */
};

static char cert_path[128], key_path[128];

static FILE *
create(const char *path)
{
	FILE *f = fopen(path, "w");

	if (f == NULL)
		exit(1);
	return f;
}

/* A certificate and its key, into the files. */
static void
make_certificate(void)
{
	EVP_PKEY *key = EVP_EC_gen("P-256");
	X509 *cert = X509_new();
	FILE *f;

	if (key == NULL || cert == NULL)
		exit(1);
	(void)ASN1_INTEGER_set(X509_get_serialNumber(cert), 1);
	(void)X509_gmtime_adj(X509_getm_notBefore(cert), 0);
	(void)X509_gmtime_adj(X509_getm_notAfter(cert), 3600);
	(void)X509_set_pubkey(cert, key);
	(void)X509_sign(cert, key, EVP_sha256());
	f = create(cert_path);
	OK(PEM_write_X509(f, cert) == 1 && fclose(f) == 0);
	f = create(key_path);
	OK(PEM_write_PrivateKey(f, key, NULL, NULL, 0, NULL, NULL) == 1 &&
	    fclose(f) == 0);
	X509_free(cert);
	EVP_PKEY_free(key);
}

static void
pair_open(struct pair *p, struct tls *tls)
{
	int fd[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fd) == -1)
		exit(1);
	*p = (struct pair){.fd = fd[1]};
	OK(wire_open(&p->w, fd[0], tls) == 0);
	p->ctx = SSL_CTX_new(TLS_client_method());
	p->client = SSL_new(p->ctx);
	(void)SSL_set_fd(p->client, p->fd);
}

/* The client vanishes. */
static void
client_close(struct pair *p)
{
	SSL_free(p->client);
	p->client = NULL;
	(void)close(p->fd);
}

static void
pair_close(struct pair *p)
{
	if (p->client != NULL)
		client_close(p);
	SSL_CTX_free(p->ctx);
	wire_close(&p->w);
	(void)close(p->w.fd);
}

/* Until both have said what TLS wants first. */
static void
shake_hands(struct pair *p)
{
	uint8_t none[16];
	int rc = -1;

	for (int i = 0; i < 100 && (rc != 1 || !p->w.ready); i++) {
		rc = SSL_connect(p->client);
		OK(wire_recv(&p->w, none, sizeof(none)) == -1 &&
		    errno == EAGAIN);
	}
	OK(rc == 1 && p->w.ready);
}

static bool
client_writes(struct pair *p, const void *bytes, size_t n)
{
	return SSL_write(p->client, bytes, (int)n) == (int)n;
}

static void
reads_all_there_is(struct tls *tls, struct tls_figures *figures)
{
	static uint8_t sent[LONG], got[2 * LONG];
	struct pair p;
	ssize_t n;

	memset(sent, 'x', sizeof(sent));
	pair_open(&p, tls);
	shake_hands(&p);
	OK(figures->handshakes == 1 && !wire_holds(&p.w));
	/* Several records at once, and what a record has more than was asked.
	 */
	OK(client_writes(&p, sent, LONG));
	OK(wire_recv(&p.w, got, sizeof(got)) == LONG);
	OK(memcmp(got, sent, LONG) == 0 && !wire_holds(&p.w));
	OK(client_writes(&p, sent, 1000));
	OK(wire_recv(&p.w, got, 300) == 300 && wire_holds(&p.w));
	OK(wire_recv(&p.w, got, sizeof(got)) == 700 && !wire_holds(&p.w));
	OK(wire_recv(&p.w, got, sizeof(got)) == -1 && errno == EAGAIN);
	OK(wire_send(&p.w, sent, 100) == 100);
	OK(SSL_read(p.client, got, sizeof(got)) == 100);
	/* A goodbye of TLS. */
	wire_shut(&p.w);
	OK(SSL_read(p.client, got, sizeof(got)) == 0);
	OK(SSL_get_error(p.client, 0) == SSL_ERROR_ZERO_RETURN);
	OK(client_writes(&p, sent, 10));
	OK(SSL_shutdown(p.client) == 1);
	n = wire_recv(&p.w, got, sizeof(got));
	OK(n == 10 && wire_recv(&p.w, got, sizeof(got)) == 0);
	pair_close(&p);
	OK(figures->failed == 0);
}

/* What a client sent before it vanished is there, though it hears no more. */
static void
reads_what_was_sent_before(struct tls *tls)
{
	static const uint8_t answer[70000];
	uint8_t got[100];
	struct pair p;

	pair_open(&p, tls);
	shake_hands(&p);
	OK(client_writes(&p, "goodbye", 7));
	client_close(&p);
	OK(wire_send(&p.w, answer, sizeof(answer)) == -1 && errno == EPIPE);
	OK(wire_recv(&p.w, got, sizeof(got)) == 7);
	OK(memcmp(got, "goodbye", 7) == 0);
	OK(wire_recv(&p.w, got, sizeof(got)) <= 0 && errno != EAGAIN);
	OK(wire_send(&p.w, answer, 1) == -1);
	wire_shut(&p.w);
	pair_close(&p);
}

static void
refuses(struct tls *tls, struct tls_figures *figures)
{
	static const char http[] = "GET / HTTP/1.1\r\nHost: weir\r\n\r\n";
	uint8_t got[100];
	struct pair p;

	pair_open(&p, tls);
	OK(write(p.fd, http, sizeof(http)) == sizeof(http));
	OK(wire_recv(&p.w, got, sizeof(got)) == -1 && errno == EPROTO);
	OK(p.w.why != NULL && *p.w.why != '\0');
	OK(wire_recv(&p.w, got, sizeof(got)) == -1 && errno == EPROTO);
	pair_close(&p);
	OK(figures->failed == 1);

	/* Half a handshake. */
	pair_open(&p, tls);
	OK(SSL_connect(p.client) == -1);
	OK(wire_recv(&p.w, got, sizeof(got)) == -1 && errno == EAGAIN);
	client_close(&p);
	OK(wire_recv(&p.w, got, sizeof(got)) <= 0);
	pair_close(&p);
	OK(figures->failed == 2);
}

/* Without TLS it is the socket, and nothing else. */
static void
as_it_comes(void)
{
	uint8_t got[100];
	struct pair p;

	pair_open(&p, NULL);
	OK(p.w.ready && !wire_holds(&p.w));
	OK(wire_recv(&p.w, got, sizeof(got)) == -1 && errno == EAGAIN);
	OK(write(p.fd, "hello", 5) == 5);
	OK(wire_recv(&p.w, got, sizeof(got)) == 5);
	OK(wire_send(&p.w, got, 5) == 5 && read(p.fd, got, 100) == 5);
	wire_shut(&p.w);
	OK(read(p.fd, got, 100) == 0);
	pair_close(&p);
}

static void
reloads(struct tls *tls)
{
	struct pair p;
	FILE *f;

	OK(tls_reload(tls) == 0);
	f = create(cert_path);
	(void)fputs("nonsense", f);
	OK(fclose(f) == 0);
	OK(tls_reload(tls) == -1);
	OK(tls_open(cert_path, key_path, tls_figures(tls)) == NULL);
	pair_open(&p, tls);
	shake_hands(&p);
	pair_close(&p);
	make_certificate();
	OK(tls_reload(tls) == 0);
}

int
main(void)
{
	struct tls_figures figures = {.handshakes = 0};
	char dir[64];
	struct tls *tls;

	(void)signal(SIGPIPE, SIG_IGN);
	(void)tmp_make(dir);
	(void)snprintf(cert_path, sizeof(cert_path), "%s/cert.pem", dir);
	(void)snprintf(key_path, sizeof(key_path), "%s/key.pem", dir);
	make_certificate();
	tls = tls_open(cert_path, key_path, &figures);
	OK(tls != NULL && figures.expires_s > 0);
	if (tls == NULL)
		return tap_done();
	reads_all_there_is(tls, &figures);
	reads_what_was_sent_before(tls);
	refuses(tls, &figures);
	as_it_comes();
	reloads(tls);
	tls_close(tls);
	tmp_remove(dir);
	return tap_done();
}
