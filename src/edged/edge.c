#include "edge.h"

#include "bus.h"
#include "clock.h"
#include "conf.h"
#include "err.h"
#include "file.h"
#include "live_window.h"
#include "say.h"
#include "server.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	/* In ticks of main.c's period_ms. */
	LOOK_TICKS = 4,
	FIGURES_TICKS = 40,
	TURN_MS = 50, /* of reading the log before the loop turns on */
	/* What is live is known before the first request is answered, unless
	 * that takes longer: a projection that is folded anew, a large log. */
	FIRST_LOOK_MS = 30000,
	/* So long after a word from the bus it is believed to tell all. */
	TRUST_US = 250000,
	LIBRARY_MAX_BYTES = 64 * 1024 * 1024, /* of recordings */
	MOVIES_MAX_BYTES = 32 * 1024 * 1024,  /* of heads of MP4 files */
	HEARD_AT_ONCE = 256 /* messages taken before the log is looked at */
};

struct edge {
	uint64_t window_us, clip_max_us;
	struct server_conf conf;
	struct site site;
	struct shelf *shelf;
	struct channels *channels;
	struct catalog *catalog;
	struct library *library;
	struct clips *clips;
	struct say *say;
	struct maker *maker;
	struct pace *clip_pace; /* NULL: no clips are made */
	struct movies *movies;
	struct past *past;
	struct follow *follow;
	struct measure *measure;
	struct vitals *vitals;
	struct files media, www;
	struct server *server;
	struct bus_sub *sub;
	uint64_t heard_seq, heard_us; /* as far as the bus told, and when */
	uint64_t refused_tracks;      /* already told of */
	unsigned ticks;
	char addr_path[PATH_MAX];
};

static int
read_window(struct edge *e)
{
	const char *window = conf_text("WEIR_WINDOW", "all");

	if (live_window_parse(window, &e->window_us) == 0)
		return 0;
	err_msg("WEIR_WINDOW=%s: want " LIVE_WINDOW_WANTED, window);
	return -1;
}

/* Who may make clips, how long they may be and how many of them. */
static int
read_clips(struct edge *e)
{
	const char *who = conf_text("WEIR_CLIPS", "anyone");
	uint64_t max_s, rate;

	if (conf_number("WEIR_CLIP_MAX", 300, 1, 86400, &max_s) == -1 ||
	    conf_number("WEIR_CLIP_RATE", 10, 0, 60000, &rate) == -1)
		return -1;
	e->clip_max_us = max_s * 1000000;
	if (strcmp(who, "off") == 0)
		return 0;
	e->site.clip_token = strcmp(who, "token") == 0;
	if (!e->site.clip_token && strcmp(who, "anyone") != 0) {
		err_msg("WEIR_CLIPS=%s: want anyone, token or off", who);
		return -1;
	}
	if ((e->clip_pace = pace_open((unsigned)rate)) == NULL)
		err_sys("start");
	return e->clip_pace != NULL ? 0 : -1;
}

static int
read_settings(struct edge *e)
{
	uint64_t threads, connections, per_address, keep_s;
	const char *trust = conf_text("WEIR_HTTP_TRUST", "");
	struct door_conf *door = &e->conf.door;

	/* The rest of these is not for operators, and so is no setting. */
	door->head_ms = 5000;
	if (conf_address("WEIR_HTTP", "127.0.0.1:8080", &door->address) == -1 ||
	    read_window(e) == -1 || read_clips(e) == -1 ||
	    conf_number("WEIR_HTTP_THREADS", 64, 1, 1024, &threads) == -1 ||
	    conf_number("WEIR_HTTP_CONNECTIONS", 8192, 4, 1000000,
		&connections) == -1 ||
	    conf_number(
		"WEIR_HTTP_PER_ADDRESS", 256, 0, 1000000, &per_address) == -1 ||
	    conf_number("WEIR_HTTP_KEEPALIVE", 15, 1, 3600, &keep_s) == -1)
		return -1;
	if (!trust_parse(trust, &door->trust)) {
		err_msg("WEIR_HTTP_TRUST=%s: want addresses and ranges, for "
			"instance 127.0.0.1 10.0.0.0/8",
		    trust);
		return -1;
	}
	e->conf.threads = (size_t)threads;
	door->connections = (size_t)connections;
	door->per_address = (size_t)per_address;
	door->keep_alive_ms = (unsigned)keep_s * 1000;
	return 0;
}

static int
find_places(struct edge *e, char log_dir[PATH_MAX], char projections[PATH_MAX])
{
	char path[PATH_MAX];

	if (conf_path(log_dir, CONF_STATE, "log") == -1 ||
	    conf_path(projections, CONF_STATE, "projections") == -1 ||
	    conf_path(e->addr_path, CONF_RUN, "edged.addr") == -1 ||
	    conf_path(e->site.metrics_dir, CONF_RUN, "metrics") == -1 ||
	    conf_path(e->site.tokens_dir, CONF_STATE, "tokens") == -1 ||
	    conf_path(path, CONF_STATE, "media") == -1 ||
	    files_init(&e->media, path) == -1 ||
	    conf_path(path, CONF_WWW, "") == -1 ||
	    files_init(&e->www, path) == -1) {
		err_sys("settings");
		return -1;
	}
	if (access(path, R_OK | X_OK) == -1)
		err_warn("the pages (WEIR_WWW) are not in %s, viewers are told "
			 "so: %s",
		    path, strerror(errno));
	e->site.media = &e->media;
	e->site.www = &e->www;
	return 0;
}

/* Look into the log; more work at once brings the loop back at once. */
static int on_more(zloop_t *loop, int id, void *arg);

static int
look(struct edge *e, zloop_t *loop)
{
	/*
	 * Parts are told of on the bus only.  A segment that is read in the
	 * log before its last part was heard would lose them all, so while the
	 * bus is there the log is read no further than the bus has told.
	 */
	bool trusted = clock_mono_us() - e->heard_us < TRUST_US;
	uint64_t refused;

	if (follow_turn(
		e->follow, TURN_MS, trusted ? e->heard_seq : UINT64_MAX) == 1 &&
	    loop != NULL && zloop_timer(loop, 1, 1, on_more, e) == -1) {
		err_msg("no room for a timer");
		return -1;
	}
	refused = channels_refused_tracks(e->channels);
	if (refused != e->refused_tracks)
		err_warn("tracks passed over, a broadcast may have %d "
			 "count=%" PRIu64,
		    BROADCAST_MAX_TRACKS, refused - e->refused_tracks);
	e->refused_tracks = refused;
	return 0;
}

static int
on_more(zloop_t *loop, int id, void *arg)
{
	(void)id;
	return look(arg, loop);
}

/*
 * Of what is stored the bus only says that there is something to read.  Parts
 * come over it alone, each in its place among the stored events.
 */
static int
on_heard(zloop_t *loop, zsock_t *sock, void *arg)
{
	struct edge *e = arg;
	struct event event;

	(void)sock;
	for (int i = 0; i < HEARD_AT_ONCE; i++) {
		if (bus_sub_next(e->sub, 0, &event) != 1)
			break;
		if (event.seq > e->heard_seq)
			e->heard_seq = event.seq;
		e->heard_us = clock_mono_us();
		if (event.type == EVENT_PartReady)
			follow_hear(e->follow, TURN_MS, &event);
		else
			vitals_hear(e->vitals, &event);
	}
	return look(e, loop);
}

static int
listen_to_bus(struct edge *e, zloop_t *loop)
{
	static const char *const types[] = {"ChannelAdded", "ChannelTitled",
	    "ChannelRemoved", "ChannelWindowSet", "BroadcastStarted",
	    "BroadcastEnded", "BroadcastInterrupted", "BroadcastResumed",
	    "TrackStarted", "PartReady", "SegmentReady", "TrackEnded",
	    "ThumbnailMade", "StoryboardMade", "IngestMeasured",
	    "StreamMeasured", "SoundMeasured", "MediaRemoved",
	    "RecordingRemoved", "ClipCreated", "ClipRemoved"};

	e->sub = bus_sub_open(types, sizeof(types) / sizeof(*types));
	if (e->sub == NULL) {
		err_sys("listen to the bus");
		return -1;
	}
	if (zloop_reader(loop, bus_sub_socket(e->sub), on_heard, e) == -1) {
		err_msg("no room for the bus in the loop");
		return -1;
	}
	return 0;
}

static int
tell_address(const struct edge *e)
{
	char line[96];
	int n = snprintf(line, sizeof(line), "%s:%u\n",
	    e->conf.door.address.host, server_port(e->server));

	if (file_replace(e->addr_path, line, (size_t)n, false) == -1) {
		err_sys("write %s", e->addr_path);
		return -1;
	}
	err_info("listening address=%.*s", n - 1, line);
	return 0;
}

static void
release(struct edge *e)
{
	if (e->server != NULL)
		(void)unlink(e->addr_path);
	server_close(e->server);
	bus_sub_close(e->sub);
	follow_close(e->follow);
	maker_close(e->maker);
	say_close(e->say);
	pace_close(e->clip_pace);
	movies_close(e->movies);
	clips_close(e->clips);
	past_close(e->past);
	library_close(e->library);
	measure_close(e->measure);
	vitals_close(e->vitals);
	catalog_close(e->catalog);
	channels_close(e->channels);
	shelf_close(e->shelf);
	files_fini(&e->media);
	files_fini(&e->www);
	free(e);
}

/* What follows the log, and what it tells.  0, or -1 with errno. */
static int
open_follower(struct edge *e, const char *log_dir, const char *projections)
{
	struct follow_told told = {.window_us = e->window_us};

	if ((e->shelf = shelf_open()) == NULL ||
	    (e->catalog = catalog_open()) == NULL ||
	    (e->clips = clips_open()) == NULL ||
	    (e->library = library_open(LIBRARY_MAX_BYTES, e->window_us)) ==
		NULL ||
	    (e->past = past_open(e->window_us)) == NULL ||
	    (e->channels = channels_open(e->shelf, e->window_us)) == NULL)
		return -1;
	told.channels = e->channels;
	told.catalog = e->catalog;
	told.clips = e->clips;
	told.library = e->library;
	told.past = e->past;
	if ((e->follow = follow_open(log_dir, projections, &told)) == NULL)
		return -1;
	e->site.shelf = e->shelf;
	e->site.catalog = e->catalog;
	e->site.library = e->library;
	e->site.past = e->past;
	e->site.follow = e->follow;
	if ((e->measure = measure_open()) == NULL)
		return -1;
	e->site.measure = e->measure;
	if ((e->vitals = vitals_open()) == NULL)
		return -1;
	e->site.vitals = e->vitals;
	return 0;
}

/* What makes clips, and files of them.  0, or -1 with errno. */
static int
open_maker(struct edge *e, const char *log_dir)
{
	struct maker_parts parts = {.log_dir = log_dir,
	    .catalog = e->catalog,
	    .library = e->library,
	    .clips = e->clips,
	    .max_us = e->clip_max_us};

	if ((e->say = parts.say = say_open()) == NULL ||
	    (e->maker = maker_open(&parts)) == NULL ||
	    (e->movies = movies_open(&e->media, MOVIES_MAX_BYTES)) == NULL)
		return -1;
	e->site.clips = e->clips;
	e->site.maker = e->maker;
	e->site.clip_pace = e->clip_pace;
	e->site.movies = e->movies;
	return 0;
}

static int
acquire(struct edge *e, zloop_t *loop, int *code)
{
	char log_dir[PATH_MAX], projections[PATH_MAX];
	uint64_t until_us;

	if (read_settings(e) == -1) {
		*code = EXIT_PERM;
		return -1;
	}
	if (find_places(e, log_dir, projections) == -1)
		return -1;
	if (open_follower(e, log_dir, projections) == -1 ||
	    open_maker(e, log_dir) == -1) {
		err_sys("start");
		return -1;
	}
	until_us = clock_mono_us() + FIRST_LOOK_MS * 1000;
	while (follow_turn(e->follow, TURN_MS, UINT64_MAX) == 1 &&
	       clock_mono_us() < until_us)
		;
	if ((e->server = server_open(&e->conf, &e->site)) == NULL)
		return -1;
	if (listen_to_bus(e, loop) == -1 || tell_address(e) == -1)
		return -1;
	return 0;
}

int
edge_open(void *arg, zloop_t *loop, int *code)
{
	struct edge_ctx *ctx = arg;
	struct edge *e = calloc(1, sizeof(*e));

	if (e == NULL) {
		err_sys("start");
		return -1;
	}
	atomic_init(&e->media.fd, -1);
	atomic_init(&e->www.fd, -1);
	if (acquire(e, loop, code) == -1) {
		release(e);
		return -1;
	}
	ctx->edge = e;
	return 0;
}

int
edge_tick(void *arg)
{
	struct edge_ctx *ctx = arg;
	struct edge *e = ctx->edge;
	struct edge_figures *f = &ctx->figures;
	unsigned tick = e->ticks++;
	struct stats sum;

	/* Also without a word from the bus: the log is what counts. */
	if (tick % LOOK_TICKS == 0 && look(e, NULL) == -1)
		return -1;
	if (tick % LOOK_TICKS == 0)
		measure_turn(e->measure);
	if (tick % FIGURES_TICKS != 0)
		return 0;
	pool_stats(e->site.pool, &sum);
	f->responses = stats_requests(&sum);
	f->bytes = stats_bytes(&sum);
	f->connections = atomic_load(&e->site.pool->figures.connected);
	f->seq = follow_seq(e->follow);
	shelf_count(e->shelf, &f->channels, &f->live);
	return 0;
}

void
edge_reload(void *arg)
{
	struct edge_ctx *ctx = arg;
	struct edge *e = ctx->edge;

	/*
	 * The environment of a process cannot change, and files are read
	 * when they are asked for; what can have changed is which folder
	 * their paths lead to.
	 */
	files_renew(&e->media);
	files_renew(&e->www);
	err_info("folders opened anew");
}

int
edge_drain(void *arg)
{
	struct edge_ctx *ctx = arg;

	return server_drain(ctx->edge->server) == 0 ? 0 : 1;
}

void
edge_close(void *arg)
{
	struct edge_ctx *ctx = arg;

	release(ctx->edge);
	ctx->edge = NULL;
}
