#include "wake.h"
#include "clock.h"

#include <czmq.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

/* The bus is a hint: whoever missed it looks into the log this often. */
enum { LOOK_AGAIN_US = 100 * 1000, MAX_HEARD = 4096 };

static int
open_signals(void)
{
	sigset_t set;

	/* czmq's own handlers would take the signals away. */
	zsys_handler_set(NULL);
	/* A file that may not grow is a full disk, which is outlived. */
	if (signal(SIGPIPE, SIG_IGN) == SIG_ERR ||
	    signal(SIGXFSZ, SIG_IGN) == SIG_ERR || sigemptyset(&set) == -1 ||
	    sigaddset(&set, SIGTERM) == -1 || sigaddset(&set, SIGINT) == -1 ||
	    sigaddset(&set, SIGCHLD) == -1 ||
	    sigprocmask(SIG_BLOCK, &set, NULL) == -1)
		return -1;
	return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

int
wake_init(struct wake *w, const struct match *m, bool claims)
{
	const char *type[MATCH_MAX];
	size_t n = 0;

	*w = (struct wake){.signals = -1};
	if ((w->signals = open_signals()) == -1)
		return -1;
	for (; n < m->types; n++)
		type[n] = schema_of(m->type[n])->name.p;
	if (claims && n > 0 && n + 2 <= MATCH_MAX) {
		type[n++] = "WorkClaimed";
		type[n++] = "WorkDone";
	}
	return (w->sub = bus_sub_open(type, n)) != NULL ? 0 : -1;
}

void
wake_fini(struct wake *w)
{
	bus_sub_close(w->sub);
	if (w->signals != -1)
		(void)close(w->signals);
}

static void
take_signals(struct wake *w)
{
	struct signalfd_siginfo si;

	while (read(w->signals, &si, sizeof(si)) == (ssize_t)sizeof(si)) {
		if (si.ssi_signo == SIGCHLD)
			w->child = true;
		else
			w->stop = true;
	}
}

void
wake_wait(struct wake *w, uint64_t until_us, bool listen)
{
	zmq_pollitem_t item[3] = {{.fd = w->signals, .events = ZMQ_POLLIN}};
	uint64_t now_us = clock_mono_us(), left_us = 0;
	struct event e;
	int n = 1, sub = 0;

	if (until_us > now_us)
		left_us = until_us - now_us;
	if (left_us > LOOK_AGAIN_US)
		left_us = LOOK_AGAIN_US;
	if (w->client != NULL)
		item[n++] = (zmq_pollitem_t){
		    .socket = zsock_resolve(w->client), .events = ZMQ_POLLIN};
	if (listen) {
		sub = n;
		item[n++] = (zmq_pollitem_t){
		    .socket = zsock_resolve(bus_sub_socket(w->sub)),
		    .events = ZMQ_POLLIN};
	}
	if (zmq_poll(item, n, (long)((left_us + 999) / 1000)) <= 0)
		return;
	if (item[0].revents != 0)
		take_signals(w);
	if (sub > 0 && item[sub].revents != 0)
		for (int i = 0; i < MAX_HEARD; i++)
			if (bus_sub_next(w->sub, 0, &e) != 1)
				break;
}
