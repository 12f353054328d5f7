#include "ingest.h"
#include "clock.h"
#include "conf.h"
#include "err.h"
#include "file.h"
#include "grace.h"
#include "length.h"
#include "orphans.h"
#include "program.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

static uint64_t
now(void)
{
	return clock_mono_us() / 1000;
}

static int
on_poller(zloop_t *loop, zmq_pollitem_t *item, void *arg)
{
	struct ingest *in = arg;

	(void)loop;
	(void)item;
	if (poller_turn(in->poller) == -1) {
		err_sys("wait for events");
		return -1;
	}
	/* What is sent may take the sign of an answer away: see
	 * zmq_getsockopt(3). */
	if (bus_unanswered(in->bus) > 0)
		bus_client_turn(in->bus);
	return 0;
}

static void
on_bus(void *ctx, uint32_t events)
{
	struct ingest *in = ctx;

	(void)events;
	bus_client_turn(in->bus);
}

/* Where everything lies.  0, or -1 after reporting. */
static int
find_places(struct ingest *in, const char *name)
{
	ssize_t n = readlink("/proc/self/exe", in->bin_dir, PATH_MAX - 1);
	char file[NAME_MAX], program[PATH_MAX] = "", *slash;

	(void)snprintf(file, sizeof(file), "%s.addr", name);
	if (n == -1 || conf_path(in->state_dir, CONF_STATE, "") == -1 ||
	    conf_path(in->run_dir, CONF_RUN, "") == -1 ||
	    conf_path(in->address_file, CONF_RUN, file) == -1) {
		err_sys("find the directories");
		return -1;
	}
	in->bin_dir[n] = '\0';
	if ((slash = strrchr(in->bin_dir, '/')) != NULL)
		*slash = '\0';
	in->usual = conf_text("WEIR_PIPELINE", "live");
	if (program_find(program, in->usual) == -1)
		err_warn("the pipeline %s: %s; no broadcast can begin, see "
			 "WEIR_PIPELINES and WEIR_PIPELINE",
		    in->usual, strerror(errno));
	return 0;
}

/*
 * How long to wait for encoders, and when one may take over from another: by
 * option, else by setting.  0, or -1 after reporting.
 */
static int
read_policy(struct ingest *in, const struct ingest_options *options)
{
	static const char *const names[] = {[TAKEOVER_IDLE] = "idle",
	    [TAKEOVER_ALWAYS] = "always",
	    [TAKEOVER_NEVER] = "never"};
	const char *takeover = options->takeover;
	uint64_t grace_s = options->grace_s;

	if (grace_s == INGEST_UNSET &&
	    conf_number(
		"WEIR_GRACE", GRACE_MS / 1000, 0, GRACE_MAX_S, &grace_s) == -1)
		return -1;
	in->grace_ms = grace_s * 1000;
	if (takeover == NULL)
		takeover = conf_text("WEIR_TAKEOVER", names[TAKEOVER_IDLE]);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(takeover, names[i]) == 0) {
			in->takeover = (enum takeover)i;
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
read_pace(struct ingest *in, const struct ingest_setup *setup,
    const struct ingest_options *options)
{
	const char *part = conf_text("WEIR_PART", "200ms");

	if (length_parse(part, &in->part_us) == -1) {
		err_msg("WEIR_PART=%s: want seconds (1, 2s) or milliseconds "
			"(200ms), or 0",
		    part);
		return -1;
	}
	in->pace_ms = options->pace_ms;
	if (in->pace_ms == INGEST_UNSET)
		in->pace_ms = in->part_us > 0 ? setup->pace_ms : 200;
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
open_broadcasts(struct ingest *in, const struct ingest_setup *setup,
    const struct ingest_options *options, struct figures *figures)
{
	const struct broadcasts_setup s = {
	    .source = setup->source,
	    .hz = setup->hz,
	    .poller = in->poller,
	    .bus = in->bus,
	    .figures = figures,
	    .limits = {.lag_ms = PIPELINE_LAG_MS,
		.stall_ms = options->stall_s * 1000,
		.finish_ms = options->finish_s * 1000,
		.kill_ms = PIPELINE_KILL_MS},
	    .state_dir = in->state_dir,
	    .run_dir = in->run_dir,
	    .bin_dir = in->bin_dir,
	    .usual = in->usual,
	    .part_us = in->part_us,
	    .grace_ms = in->grace_ms,
	};

	return broadcasts_open(&s);
}

static struct admissions *
open_admissions(struct ingest *in, const struct ingest_setup *setup)
{
	const struct admissions_setup s = {
	    .bus = in->bus,
	    .broadcasts = in->broadcasts,
	    .orphans = in->orphans,
	    .takeover = in->takeover,
	    .pace_ms =
		in->pace_ms > setup->sleep_ms ? in->pace_ms : setup->sleep_ms,
	};

	return admissions_open(&s);
}

int
ingest_open(struct ingest *in, const struct ingest_setup *setup,
    const struct ingest_options *options, struct figures *figures, int *code)
{
	*in = (struct ingest){.end = options->end};
	if (read_policy(in, options) == -1 ||
	    read_pace(in, setup, options) == -1) {
		*code = EXIT_PERM;
		return -1;
	}
	raise_descriptors();
	if (find_places(in, setup->name) == -1)
		return -1;
	if ((in->poller = poller_open()) == NULL) {
		err_sys("epoll");
		return -1;
	}
	if ((in->alarms = alarms_open(in->poller)) == NULL) {
		err_sys("a timer");
		goto close_poller;
	}
	if ((in->bus = bus_client_open(BUS_MEDIA)) == NULL) {
		err_sys("connect the bus in %s", in->run_dir);
		goto close_alarms;
	}
	if ((in->broadcasts = open_broadcasts(in, setup, options, figures)) ==
		NULL ||
	    (in->orphans = orphans_open(
		 in->bus, in->broadcasts, in->grace_ms)) == NULL ||
	    (in->admissions = open_admissions(in, setup)) == NULL) {
		err_sys("start");
		goto close_bus;
	}
	return 0;
close_bus:
	orphans_close(in->orphans);
	broadcasts_close(in->broadcasts);
	bus_client_close(in->bus);
close_alarms:
	alarms_close(in->alarms);
close_poller:
	poller_close(in->poller);
	return -1;
}

void
ingest_close(struct ingest *in)
{
	/* Each uses those below it to the last. */
	admissions_close(in->admissions);
	orphans_close(in->orphans);
	broadcasts_close(in->broadcasts);
	bus_client_close(in->bus);
	alarms_close(in->alarms);
	poller_close(in->poller);
}

static int
write_address(struct ingest *in, const char *address)
{
	char line[256];
	int n = snprintf(line, sizeof(line), "%s\n", address);

	if (file_replace(in->address_file, line, (size_t)n, false) == 0)
		return 0;
	err_sys("write %s", in->address_file);
	return -1;
}

static int
attach(struct ingest *in)
{
	in->item =
	    (zmq_pollitem_t){.fd = poller_fd(in->poller), .events = ZMQ_POLLIN};
	if (zloop_poller(in->loop, &in->item, on_poller, in) == -1)
		return -1;
	zloop_poller_set_tolerant(in->loop, &in->item);
	in->link = (struct poller_item){
	    zsock_fd(bus_client_socket(in->bus)), on_bus, in};
	if (poller_add(in->poller, &in->link, EPOLLIN) == 0)
		return 0;
	zloop_poller_end(in->loop, &in->item);
	return -1;
}

int
ingest_begin(struct ingest *in, zloop_t *loop, const char *address)
{
	in->loop = loop;
	if (orphans_sweep(in->orphans) == -1) {
		err_sys("ask for broadcasts left open");
		return -1;
	}
	if (write_address(in, address) == -1)
		return -1;
	if (attach(in) == -1) {
		err_msg("no room in the loop");
		return -1;
	}
	err_info("listening address=%s", address);
	return 0;
}

void
ingest_stop(struct ingest *in)
{
	poller_del(in->poller, &in->link);
	zloop_poller_end(in->loop, &in->item);
	(void)unlink(in->address_file);
}

void
ingest_tick(struct ingest *in)
{
	uint64_t now_ms = now();

	bus_client_turn(in->bus);
	orphans_tick(in->orphans);
	admissions_tick(in->admissions, now_ms);
	broadcasts_tick(in->broadcasts, now_ms);
}

int
ingest_drain(struct ingest *in, size_t connections)
{
	uint64_t now_ms = now();
	size_t untold;

	if (in->drain_ms == 0) {
		in->drain_ms = now_ms;
		broadcasts_hurry(
		    in->broadcasts, INGEST_DRAIN_FINISH_MS, !in->end, now_ms);
	}
	if (connections > 0 && now_ms < in->drain_ms + INGEST_DRAIN_PEERS_MS)
		return 1;
	untold =
	    broadcasts_count(in->broadcasts) + admissions_count(in->admissions);
	/* An interruption is told when that was answered. */
	if (bus_unanswered(in->bus) > 0)
		untold++;
	if (broadcasts_running(in->broadcasts) > 0)
		in->quiet_ms = 0;
	else if (untold == 0)
		return 0;
	else if (in->quiet_ms == 0)
		in->quiet_ms = now_ms;
	if (in->quiet_ms == 0 || now_ms < in->quiet_ms + INGEST_DRAIN_LOG_MS)
		return 1;
	err_warn("the event log does not answer; the next start tells it what "
		 "was left broadcasts=%zu",
	    untold);
	return 0;
}
