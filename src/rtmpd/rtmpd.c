#include "rtmpd.h"
#include "clock.h"
#include "err.h"
#include "file.h"
#include "grace.h"
#include "inlet.h"
#include "length.h"

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

static const char address_default[] = "127.0.0.1:1935";

struct rtmpd {
	zloop_t *loop;
	zmq_pollitem_t item; /* of the poller, in the loop */
	/* The bus is waited for by the poller, too: the loop asks a socket of
	 * ZeroMQ several things in each turn. */
	struct poller_item link;
	struct poller *poller;
	struct alarms *alarms;
	struct bus_client *bus;
	struct broadcasts *broadcasts;
	struct orphans *orphans;
	struct admissions *admissions;
	struct server *server;
	bool draining;
	bool end;          /* broadcasts end with us */
	uint64_t drain_ms; /* since when */
	uint64_t quiet_ms; /* of that, since when only the log is awaited */
	uint64_t grace_ms;
	enum takeover takeover;
	int64_t part_us; /* how long parts are, as the pipeline is told */
	uint64_t pace_ms;
	char state_dir[PATH_MAX], run_dir[PATH_MAX], bin_dir[PATH_MAX];
	char live[PATH_MAX], address_file[PATH_MAX];
};

static uint64_t
now(void)
{
	return clock_mono_us() / 1000;
}

static int
on_poller(zloop_t *loop, zmq_pollitem_t *item, void *arg)
{
	struct rtmpd *r = arg;

	(void)loop;
	(void)item;
	if (poller_turn(r->poller) == -1) {
		err_sys("wait for events");
		return -1;
	}
	/* What is sent may take the sign of an answer away: see
	 * zmq_getsockopt(3). */
	if (bus_unanswered(r->bus) > 0)
		bus_client_turn(r->bus);
	return 0;
}

static void
on_bus(void *ctx, uint32_t events)
{
	struct rtmpd *r = ctx;

	(void)events;
	bus_client_turn(r->bus);
}

/* Where everything lies.  0, or -1 after reporting. */
static int
find_places(struct rtmpd *r)
{
	ssize_t n = readlink("/proc/self/exe", r->bin_dir, PATH_MAX - 1);
	char *slash;

	if (n == -1 || conf_path(r->state_dir, CONF_STATE, "") == -1 ||
	    conf_path(r->run_dir, CONF_RUN, "") == -1 ||
	    conf_path(r->live, CONF_PIPELINES, "live") == -1 ||
	    conf_path(r->address_file, CONF_RUN, "rtmpd.addr") == -1) {
		err_sys("find the directories");
		return -1;
	}
	r->bin_dir[n] = '\0';
	if ((slash = strrchr(r->bin_dir, '/')) != NULL)
		*slash = '\0';
	if (access(r->live, X_OK) == -1)
		err_warn("%s: %s; no broadcast can begin, see WEIR_PIPELINES",
		    r->live, strerror(errno));
	return 0;
}

/*
 * How long to wait for encoders, and when one may take over from another: by
 * option, else by setting.  0, or -1 after reporting.
 */
static int
read_policy(struct rtmpd *r, const struct rtmpd_options *options)
{
	static const char *const names[] = {[TAKEOVER_IDLE] = "idle",
	    [TAKEOVER_ALWAYS] = "always",
	    [TAKEOVER_NEVER] = "never"};
	const char *takeover = options->takeover;
	uint64_t grace_s = options->grace_s;

	if (grace_s == RTMPD_UNSET && conf_number("WEIR_GRACE", GRACE_MS / 1000,
					  0, GRACE_MAX_S, &grace_s) == -1)
		return -1;
	r->grace_ms = grace_s * 1000;
	if (takeover == NULL)
		takeover = conf_text("WEIR_TAKEOVER", names[TAKEOVER_IDLE]);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(takeover, names[i]) == 0) {
			r->takeover = (enum takeover)i;
			return 0;
		}
	err_msg("'%s' is no way to take over: want idle, always or never",
	    takeover);
	return -1;
}

/*
 * How long parts are, and how often to look at sockets where no end of one is
 * foreseen: without parts nobody minds.  0, or -1 after reporting.
 */
static int
read_pace(struct rtmpd *r, const struct rtmpd_options *options)
{
	const char *part = conf_text("WEIR_PART", "200ms");

	if (length_parse(part, &r->part_us) == -1) {
		err_msg("WEIR_PART=%s: want seconds (1, 2s) or milliseconds "
			"(200ms), or 0",
		    part);
		return -1;
	}
	r->pace_ms = options->pace_ms;
	if (r->pace_ms == RTMPD_UNSET)
		r->pace_ms = r->part_us > 0 ? 10 : 200;
	return 0;
}

/* Each connection takes a descriptor, and each broadcast two more. */
static void
raise_descriptors(void)
{
	struct rlimit rl;

	if (getrlimit(RLIMIT_NOFILE, &rl) == -1 || rl.rlim_cur == rl.rlim_max)
		return;
	rl.rlim_cur = rl.rlim_max;
	(void)setrlimit(RLIMIT_NOFILE, &rl);
}

static struct broadcasts *
open_broadcasts(struct rtmpd *r, const struct rtmpd_options *options,
    struct figures *figures)
{
	const struct broadcasts_setup setup = {
	    .poller = r->poller,
	    .bus = r->bus,
	    .figures = figures,
	    .limits = {.lag_ms = PIPELINE_LAG_MS,
		.stall_ms = options->stall_s * 1000,
		.finish_ms = options->finish_s * 1000,
		.kill_ms = PIPELINE_KILL_MS},
	    .state_dir = r->state_dir,
	    .run_dir = r->run_dir,
	    .bin_dir = r->bin_dir,
	    .live = r->live,
	    .part_us = r->part_us,
	    .grace_ms = r->grace_ms,
	};

	return broadcasts_open(&setup);
}

static struct admissions *
open_admissions(struct rtmpd *r)
{
	const uint64_t sleep_ms = INLET_SLEEP_MAX_US / 1000;
	const struct admissions_setup setup = {
	    .bus = r->bus,
	    .broadcasts = r->broadcasts,
	    .orphans = r->orphans,
	    .takeover = r->takeover,
	    .pace_ms = r->pace_ms > sleep_ms ? r->pace_ms : sleep_ms,
	};

	return admissions_open(&setup);
}

static struct server *
open_server(struct rtmpd *r, const struct rtmpd_options *options,
    struct figures *figures, int *code)
{
	const struct server_setup setup = {
	    .poller = r->poller,
	    .alarms = r->alarms,
	    .admissions = r->admissions,
	    .broadcasts = r->broadcasts,
	    .figures = figures,
	    .limits = options->limits,
	    .pace_us = (int64_t)r->pace_ms * 1000,
	};
	struct conf_address address;
	struct server *s;
	bool permanent;

	if (conf_address("WEIR_RTMP", address_default, &address) == -1) {
		*code = EXIT_PERM;
		return NULL;
	}
	s = server_open(&setup, &address, &permanent);
	if (s == NULL && permanent)
		*code = EXIT_PERM;
	return s;
}

/* Tell others where we listen.  0, or -1 after reporting. */
static int
write_address(struct rtmpd *r)
{
	char line[256];
	int n = snprintf(line, sizeof(line), "%s\n", server_address(r->server));

	if (file_replace(r->address_file, line, (size_t)n, false) == 0)
		return 0;
	err_sys("write %s", r->address_file);
	return -1;
}

static int
attach(struct rtmpd *r)
{
	r->item =
	    (zmq_pollitem_t){.fd = poller_fd(r->poller), .events = ZMQ_POLLIN};
	if (zloop_poller(r->loop, &r->item, on_poller, r) == -1)
		return -1;
	zloop_poller_set_tolerant(r->loop, &r->item);
	r->link = (struct poller_item){
	    zsock_fd(bus_client_socket(r->bus)), on_bus, r};
	if (poller_add(r->poller, &r->link, EPOLLIN) == 0)
		return 0;
	zloop_poller_end(r->loop, &r->item);
	return -1;
}

struct rtmpd *
rtmpd_open(const struct rtmpd_options *options, struct figures *figures,
    zloop_t *loop, int *code)
{
	struct rtmpd *r = calloc(1, sizeof(*r));

	if (r == NULL) {
		err_sys("start");
		return NULL;
	}
	r->loop = loop;
	r->end = options->end;
	if (read_policy(r, options) == -1 || read_pace(r, options) == -1) {
		*code = EXIT_PERM;
		goto free_rtmpd;
	}
	raise_descriptors();
	if (find_places(r) == -1)
		goto free_rtmpd;
	if ((r->poller = poller_open()) == NULL) {
		err_sys("epoll");
		goto free_rtmpd;
	}
	if ((r->alarms = alarms_open(r->poller)) == NULL) {
		err_sys("a timer");
		goto close_poller;
	}
	if ((r->bus = bus_client_open(BUS_MEDIA)) == NULL) {
		err_sys("connect the bus in %s", r->run_dir);
		goto close_alarms;
	}
	if ((r->broadcasts = open_broadcasts(r, options, figures)) == NULL ||
	    (r->orphans = orphans_open(r->bus, r->broadcasts, r->grace_ms)) ==
		NULL ||
	    (r->admissions = open_admissions(r)) == NULL) {
		err_sys("start");
		goto close_bus;
	}
	if ((r->server = open_server(r, options, figures, code)) == NULL)
		goto close_bus;
	if (orphans_sweep(r->orphans) == -1) {
		err_sys("ask for broadcasts left open");
		goto close_server;
	}
	if (write_address(r) == -1)
		goto close_server;
	if (attach(r) == -1) {
		err_msg("no room in the loop");
		goto close_server;
	}
	err_info("listening address=%s", server_address(r->server));
	return r;
close_server:
	server_close(r->server);
close_bus:
	admissions_close(r->admissions);
	orphans_close(r->orphans);
	broadcasts_close(r->broadcasts);
	bus_client_close(r->bus);
close_alarms:
	alarms_close(r->alarms);
close_poller:
	poller_close(r->poller);
free_rtmpd:
	free(r);
	return NULL;
}

void
rtmpd_close(struct rtmpd *r)
{
	if (r == NULL)
		return;
	poller_del(r->poller, &r->link);
	zloop_poller_end(r->loop, &r->item);
	(void)unlink(r->address_file);
	/* Each uses those below it to the last. */
	server_close(r->server);
	admissions_close(r->admissions);
	orphans_close(r->orphans);
	broadcasts_close(r->broadcasts);
	bus_client_close(r->bus);
	alarms_close(r->alarms);
	poller_close(r->poller);
	free(r);
}

void
rtmpd_tick(struct rtmpd *r)
{
	uint64_t now_ms = now();

	bus_client_turn(r->bus);
	server_tick(r->server, now_ms);
	orphans_tick(r->orphans);
	admissions_tick(r->admissions, now_ms);
	broadcasts_tick(r->broadcasts, now_ms);
}

int
rtmpd_drain(struct rtmpd *r)
{
	uint64_t now_ms = now();
	size_t untold;

	if (!r->draining) {
		r->draining = true;
		r->drain_ms = now_ms;
		server_drain(r->server, !r->end);
		broadcasts_hurry(
		    r->broadcasts, RTMPD_DRAIN_FINISH_MS, !r->end, now_ms);
	}
	rtmpd_tick(r);
	if (server_connections(r->server) > 0 &&
	    now_ms < r->drain_ms + RTMPD_DRAIN_PEERS_MS)
		return 1;
	untold =
	    broadcasts_count(r->broadcasts) + admissions_count(r->admissions);
	/* An interruption is told when that was answered. */
	if (bus_unanswered(r->bus) > 0)
		untold++;
	if (broadcasts_running(r->broadcasts) > 0)
		r->quiet_ms = 0;
	else if (untold == 0)
		return 0;
	else if (r->quiet_ms == 0)
		r->quiet_ms = now_ms;
	if (r->quiet_ms == 0 || now_ms < r->quiet_ms + RTMPD_DRAIN_LOG_MS)
		return 1;
	err_warn("the event log does not answer; the next start tells it what "
		 "was left broadcasts=%zu",
	    untold);
	return 0;
}
