#include "hands.h"
#include "clock.h"
#include "conf.h"
#include "err.h"
#include "json.h"
#include "seal.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

enum { AGAIN_US = 1000 * 1000, REAP_MS = 5 };

int
hands_init(struct hands *h, const struct each *o, struct window *w)
{
	char keys[PATH_MAX];

	*h = (struct hands){.each = o, .window = w};
	buf_init(&h->json, EVENT_MAX_JSON);
	buf_init(&h->opened, EVENT_MAX);
	buf_init(&h->newest, EVENT_MAX);
	return conf_path(keys, CONF_STATE, "keys") == 0 &&
		       (h->keyring = keyring_open(keys)) != NULL &&
		       (h->environ = environ_open(environ)) != NULL
		   ? 0
		   : -1;
}

static void
forget(void *arg, struct work *k, const struct job_end *end)
{
	(void)arg;
	(void)k;
	(void)end;
}

void
hands_fini(struct hands *h)
{
	while (h->n > 0) {
		hands_signal(h, SIGKILL);
		hands_reap(h, forget, NULL);
		if (h->n > 0)
			(void)poll(NULL, 0, REAP_MS);
	}
	environ_close(h->environ);
	keyring_close(h->keyring);
	buf_fini(&h->json);
	buf_fini(&h->opened);
	buf_fini(&h->newest);
}

static int
start(struct hands *h, struct work *k)
{
	char *const *env;
	struct event opened, e;

	buf_reset(&h->json);
	if (seal_open_event(h->keyring, &k->event, &opened, &h->opened) == -1 ||
	    event_renew(&opened, &e, &h->newest) == -1 ||
	    event_to_json(&e, &h->json) == -1 ||
	    buf_puts(&h->json, "\n") == -1 ||
	    (env = environ_make(h->environ, &e, k->tries + 1)) == NULL)
		return -1;
	return job_start(
	    &k->job, h->each->argv, env, buf_str(&h->json), h->each->timeout_s);
}

void
hands_start(struct hands *h, struct work *k)
{
	/* D21: it runs. */
	if (start(h, k) == 0) {
		window_set(h->window, k, WORK_RUNNING);
		h->running[h->n++] = k;
		return;
	}
	/* It is the system's fault, not the event's: no try is counted. */
	err_warn("cannot start the command: %s seq=%" PRIu64, strerror(errno),
	    k->seq);
	window_wait(h->window, k, WORK_WAITING, clock_mono_us() + AGAIN_US);
}

void
hands_reap(struct hands *h, hands_fn *ended, void *arg)
{
	struct job_end end;

	for (size_t i = 0; i < h->n;) {
		struct work *k = h->running[i];

		if (!job_ended(&k->job, &end)) {
			i++;
			continue;
		}
		h->running[i] = h->running[--h->n];
		ended(arg, k, &end);
	}
}

uint64_t
hands_tick(struct hands *h, uint64_t now_us)
{
	uint64_t next_us = UINT64_MAX;

	for (size_t i = 0; i < h->n; i++) {
		struct work *k = h->running[i];
		uint64_t due_us;

		if (k->claim.lost)
			job_signal(&k->job, SIGKILL);
		if ((due_us = job_tick(&k->job, now_us)) < next_us)
			next_us = due_us;
	}
	return next_us;
}

void
hands_signal(struct hands *h, int sig)
{
	for (size_t i = 0; i < h->n; i++)
		job_signal(&h->running[i]->job, sig);
}
