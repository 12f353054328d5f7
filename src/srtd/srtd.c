#include "srtd.h"
#include "clock.h"
#include "conf.h"
#include "err.h"
#include "release.h"
#include "ts.h"

#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

enum { LATENCY_MS = 120, LATENCY_MAX_MS = 60000 };

static const char address_default[] = "127.0.0.1:8890";
static const char source[] = "weir-srtd";
static const char dpkg_status[] = "/var/lib/dpkg/status";

struct srtd {
	struct ingest ingest;
	struct listener *listener;
	bool draining;
};

/* Debian's package of the libsrt that was loaded: there are two flavours. */
static const char *
package(void)
{
	Dl_info at;

	if (dladdr((void *)(uintptr_t)srt_getversion, &at) != 0 &&
	    strstr(at.dli_fname, "gnutls") != NULL)
		return "libsrt1.5-gnutls";
	return "libsrt1.5-openssl";
}

/* 0, or -1 after reporting that nobody should listen with this libsrt. */
static int
check_release(bool allow_old)
{
	const char *file = conf_text("WEIR_SRT_PACKAGES", dpkg_status);
	char text[RELEASE_TEXT_SIZE];
	enum release is =
	    release_check(srt_getversion(), file, package(), text);

	if (is == RELEASE_GOOD)
		return 0;
	if (allow_old) {
		err_warn("libsrt may be taken over by what strangers send, and "
			 "--allow-old allows it version=%s",
		    text);
		return 0;
	}
	if (is == RELEASE_OLD)
		err_msg("libsrt is %s; before 1.5.1-1+deb12u2 strangers can "
			"take it over: upgrade %s (apt-get install --only-"
			"upgrade %s)",
		    text, package(), package());
	else
		err_msg("libsrt is %s, and %s does not tell which package that "
			"is; it must be 1.5.1-1+deb12u2 or newer: if you know "
			"that it is, say --allow-old",
		    text, file);
	return -1;
}

static struct listener *
open_listener(struct srtd *s, const struct srtd_options *options,
    struct srtd_figures *figures, int *code)
{
	struct listener_setup setup = {
	    .ingest = &s->ingest,
	    .figures = &figures->ingest,
	    .links = &figures->links,
	    .limits = options->limits,
	    .source = source,
	};
	struct conf_address address;
	struct listener *l;
	bool permanent;

	if (setup.limits.latency_ms == SRTD_UNSET &&
	    conf_number("WEIR_SRT_LATENCY", LATENCY_MS, 0, LATENCY_MAX_MS,
		&setup.limits.latency_ms) == -1) {
		*code = EXIT_PERM;
		return NULL;
	}
	if (conf_address("WEIR_SRT", address_default, &address) == -1) {
		*code = EXIT_PERM;
		return NULL;
	}
	l = listener_open(&setup, &address, &permanent);
	if (l == NULL && permanent)
		*code = EXIT_PERM;
	return l;
}

struct srtd *
srtd_open(const struct srtd_options *options, struct srtd_figures *figures,
    zloop_t *loop, int *code)
{
	const struct ingest_setup setup = {
	    .name = "srtd", .source = source, .hz = TS_HZ, .pace_ms = 20};
	struct srtd *s = calloc(1, sizeof(*s));

	if (s == NULL) {
		err_sys("start");
		return NULL;
	}
	if (check_release(options->allow_old) == -1) {
		*code = EXIT_PERM;
		goto free_srtd;
	}
	if (srt_startup() == SRT_ERROR) {
		err_msg("libsrt does not start: %s", srt_getlasterror_str());
		goto free_srtd;
	}
	/* What strangers do wrong is told by us, and within limits. */
	srt_setloglevel(LOG_CRIT);
	if (ingest_open(&s->ingest, &setup, &options->ingest, &figures->ingest,
		code) == -1)
		goto cleanup_srt;
	if ((s->listener = open_listener(s, options, figures, code)) == NULL)
		goto close_ingest;
	if (ingest_begin(&s->ingest, loop, listener_address(s->listener)) == -1)
		goto close_listener;
	return s;
close_listener:
	listener_close(s->listener);
close_ingest:
	ingest_close(&s->ingest);
cleanup_srt:
	(void)srt_cleanup();
free_srtd:
	free(s);
	return NULL;
}

void
srtd_close(struct srtd *s)
{
	if (s == NULL)
		return;
	ingest_stop(&s->ingest);
	listener_close(s->listener);
	ingest_close(&s->ingest);
	(void)srt_cleanup();
	free(s);
}

void
srtd_tick(struct srtd *s)
{
	listener_tick(s->listener, clock_mono_us() / 1000);
	ingest_tick(&s->ingest);
}

int
srtd_drain(struct srtd *s)
{
	if (!s->draining) {
		s->draining = true;
		listener_drain(s->listener, !s->ingest.end);
		/* Pipelines hear of it before they are ticked. */
		(void)ingest_drain(
		    &s->ingest, listener_connections(s->listener));
	}
	srtd_tick(s);
	return ingest_drain(&s->ingest, listener_connections(s->listener));
}
