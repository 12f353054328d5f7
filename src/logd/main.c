#include "conf.h"
#include "daemon.h"
#include "err.h"
#include "keeper.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>

enum { TICK_MS = 500 };

struct ctx {
	struct log_writer *writer;
	struct bus_server *server;
	struct privacy *privacy;
	struct keeper *keeper;
	uint64_t stored_at_tick;       /* to see whether a tick was idle */
	struct keeper_figures figures; /* what the metrics show */
	struct bus_server_figures bus;
};

static int
on_request(zloop_t *loop, zsock_t *socket, void *arg)
{
	struct ctx *c = arg;

	(void)loop;
	if (socket == bus_server_socket(c->server, BUS_EDGE))
		keeper_knock(c->keeper);
	return keeper_turn(c->keeper);
}

/* Say why the log cannot be opened; whether trying again may help. */
static int
cannot_open(const char *dir, pid_t holder)
{
	switch (errno) {
	case EBUSY:
		err_msg("the log in %s is locked by another process (pid %ld)",
		    dir, (long)holder);
		return EXIT_TEMP;
	case EBADMSG:
		err_msg("the newest block of the log in %s is damaged; "
			"weir-verify says where",
		    dir);
		return EXIT_PERM;
	case EACCES:
	case ENOENT:
	case EPERM:
	case EROFS:
	case ENOTDIR:
		err_sys("the log's directory %s (WEIR_STATE) cannot be "
			"written",
		    dir);
		return EXIT_PERM;
	default:
		err_sys("open the log in %s", dir);
		return EXIT_TEMP;
	}
}

static int
on_open(void *arg, zloop_t *loop, int *code)
{
	struct ctx *c = arg;
	char dir[PATH_MAX], keys[PATH_MAX];
	pid_t holder;

	/* A file that may not grow is a full disk, not a reason to die. */
	(void)signal(SIGXFSZ, SIG_IGN);
	if (conf_path(dir, CONF_STATE, "log") == -1 ||
	    conf_path(keys, CONF_STATE, "keys") == -1) {
		err_sys("WEIR_STATE");
		*code = EXIT_PERM;
		return -1;
	}
	if ((c->writer = log_writer_open(dir, &holder)) == NULL) {
		*code = cannot_open(dir, holder);
		return -1;
	}
	if ((c->server = bus_server_open()) == NULL) {
		err_sys("bind the bus in WEIR_RUN");
		goto err_writer;
	}
	if ((c->privacy = privacy_open(keys, c->writer)) == NULL) {
		*code = errno == EPERM || errno == EACCES || errno == EROFS ||
				errno == ENOTDIR
			    ? EXIT_PERM
			    : EXIT_TEMP;
		err_sys("the directory of keys %s cannot be used", keys);
		goto err_server;
	}
	if ((c->keeper = keeper_open(c->writer, c->server, c->privacy)) ==
	    NULL) {
		err_sys("start");
		goto err_privacy;
	}
	for (int door = 0; door < BUS_DOORS; door++)
		if (zloop_reader(loop,
			bus_server_socket(c->server, (enum bus_door)door),
			on_request, c) == -1) {
			err_msg("no room for a socket");
			goto err_keeper;
		}
	err_info("the log is open dir=%s head=%" PRIu64, dir,
	    log_writer_head(c->writer));
	return 0;
err_keeper:
	keeper_close(c->keeper);
err_privacy:
	privacy_close(c->privacy);
err_server:
	bus_server_close(c->server);
err_writer:
	log_writer_close(c->writer);
	return -1;
}

static int
on_tick(void *arg)
{
	struct ctx *c = arg;
	uint64_t stored = keeper_figures(c->keeper)->stored;

	bus_server_turn(c->server);
	keeper_tick(c->keeper);
	if (stored == c->stored_at_tick && keeper_idle(c->keeper) == -1)
		return -1;
	c->stored_at_tick = stored;
	c->figures = *keeper_figures(c->keeper);
	c->bus = *bus_server_figures(c->server);
	return 0;
}

/* What waits is answered; what comes later waits for the next process. */
static int
on_drain(void *arg)
{
	struct ctx *c = arg;

	if (keeper_turn(c->keeper) == 0)
		(void)keeper_idle(c->keeper);
	return 0;
}

static void
on_close(void *arg)
{
	struct ctx *c = arg;

	keeper_close(c->keeper);
	privacy_close(c->privacy);
	bus_server_close(c->server);
	log_writer_close(c->writer);
}

int
main(int argc, char *argv[])
{
	struct ctx c = {0};
	const struct opt opt[] = {{0}};
	static const char *const env[] = {
	    "WEIR_STATE  where the log and keys lie (its folders log, keys)",
	    "WEIR_RUN    where the sockets go: append, media, edge, events",
	    NULL,
	};
	const struct daemon_metric metric[] = {
	    {"weir_log_head", "Seq of the last event", "gauge",
		&c.figures.head},
	    {"weir_log_events_total", "Events stored", "counter",
		&c.figures.stored},
	    {"weir_log_commits_total", "Blocks written and synced", "counter",
		&c.figures.commits},
	    {"weir_log_transient_total", "Transient events published",
		"counter", &c.figures.transient},
	    {"weir_log_duplicates_total", "Events said again", "counter",
		&c.figures.duplicate},
	    {"weir_log_conflicts_total", "Events whose expect did not hold",
		"counter", &c.figures.conflict},
	    {"weir_log_removed_total", "Events that retention removed",
		"counter", &c.figures.removed},
	    {"weir_log_refused_total", "Events that do not fit", "counter",
		&c.figures.refused},
	    {"weir_log_busy_total", "Events put off: the disk was full",
		"counter", &c.figures.busy},
	    {"weir_bus_appends_total", "Append requests taken", "counter",
		&c.bus.appends},
	    {"weir_bus_queries_total", "Queries taken", "counter",
		&c.bus.queries},
	    {"weir_bus_malformed_total", "Messages that were no request",
		"counter", &c.bus.malformed},
	    {"weir_bus_undelivered_total", "Answers whose client had gone",
		"counter", &c.bus.undelivered},
	    {"weir_bus_published_total", "Events said to somebody", "counter",
		&c.bus.published},
	    {0},
	};
	const struct daemon_ops ops = {
	    .program =
		{
		    .name = "weir-logd",
		    .summary = "keep the event log: the one program that "
			       "writes it",
		    .opt = opt,
		    .env = env,
		},
	    .name = "logd",
	    .open = on_open,
	    .tick = on_tick,
	    .period_ms = TICK_MS,
	    .drain = on_drain,
	    .drain_limit_ms = 5000,
	    .close = on_close,
	    .metric = metric,
	};

	return daemon_run(argc, argv, &ops, &c);
}
