#include "relay.h"
#include "err.h"
#include "farewell.h"
#include "net.h"
#include "pair.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

/* What is polled: signals, the listener, then two of each pair. */
enum { SIGNALS, LISTENER, FIRST_PAIR };

struct relay {
	const struct relay_settings *set;
	int signal_fd, listen_fd, dir_fd;
	struct pair *pair[RELAY_MAX_PAIRS];
	size_t pairs;
	unsigned number; /* of the last */
};

static void
take(struct relay *r)
{
	int fd = net_accept(r->listen_fd);

	if (fd == -1)
		return;
	r->pair[r->pairs] = pair_open(r->set, r->dir_fd, fd, ++r->number);
	r->pairs += r->pair[r->pairs] != NULL;
}

/* A turn of each pair, from the last one on, since those that end go. */
static void
turn(struct relay *r, const struct pollfd *fds)
{
	for (size_t i = r->pairs; i > 0; i--) {
		if (pair_turn(r->pair[i - 1], &fds[2 * (i - 1)]))
			continue;
		pair_close(r->pair[i - 1]);
		r->pair[i - 1] = r->pair[--r->pairs];
	}
}

static int
run(struct relay *r)
{
	struct pollfd fds[FIRST_PAIR + 2 * RELAY_MAX_PAIRS];

	for (;;) {
		fds[SIGNALS] = (struct pollfd){r->signal_fd, POLLIN, 0};
		fds[LISTENER] = (struct pollfd){
		    r->pairs < RELAY_MAX_PAIRS ? r->listen_fd : -1, POLLIN, 0};
		for (size_t i = 0; i < r->pairs; i++)
			pair_wants(r->pair[i], &fds[FIRST_PAIR + 2 * i]);
		if (poll(fds, FIRST_PAIR + 2 * r->pairs, -1) == -1) {
			if (errno == EINTR)
				continue;
			err_sys("wait for encoders");
			return EXIT_TEMP;
		}
		if (fds[SIGNALS].revents != 0)
			return EXIT_OK;
		turn(r, &fds[FIRST_PAIR]);
		if ((fds[LISTENER].revents & POLLIN) != 0 &&
		    r->pairs < RELAY_MAX_PAIRS)
			take(r);
	}
}

int
relay_run(const struct relay_settings *set)
{
	struct relay r = {.set = set};
	int code = EXIT_TEMP;
	unsigned port;

	r.dir_fd = open(set->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (r.dir_fd == -1) {
		err_sys("open the directory %s", set->dir);
		return EXIT_PERM;
	}
	if ((r.signal_fd = farewell_open()) == -1) {
		err_sys("watch signals");
		goto close_dir;
	}
	if ((r.listen_fd = net_listen(&set->listen, &port)) == -1)
		goto close_signals;
	err_info("listening address=%s:%u to=%s:%s", set->listen.host, port,
	    set->to.host, set->to.port);
	code = run(&r);
	while (r.pairs > 0)
		pair_close(r.pair[--r.pairs]);
	(void)close(r.listen_fd);
close_signals:
	(void)close(r.signal_fd);
close_dir:
	(void)close(r.dir_fd);
	return code;
}
