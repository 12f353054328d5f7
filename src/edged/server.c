#include "server.h"

#include "err.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

enum {
	OTHER_FDS = 96,        /* the log, sockets of the bus, and so on */
	LEAST_CONNECTIONS = 4, /* it would not be a server with fewer */
	/*
	 * So long a thread looks whether the next request is there already
	 * before the connection goes back to the door.
	 */
	NEXT_MS = 2
};

struct server {
	struct site *site; /* borrowed */
	struct trust trust;
	struct pool pool;
	struct crowd *crowd;
	struct door *door;
};

/* What is refused unread. */
static bool
refuse_fault(struct conn *c)
{
	static const struct {
		unsigned status;
		const char *why;
	} refusal[] = {[FAULT_NONE] = {0, NULL},
	    [FAULT_LATE] = {408, "The request took too long to come."},
	    [FAULT_LONG] = {400, "The request's head is too long."},
	    [FAULT_CROWDED] = {429, "Your address has too many connections."},
	    [FAULT_UNREAD] = {400, "The request is not HTTP/1.1."}};

	if (c->fault == FAULT_NONE)
		return false;
	c->x.head = NULL;
	if (c->fault == FAULT_FRAME)
		answer_refusal(&c->x, c->refusal.status, c->refusal.why);
	else
		answer_refusal(
		    &c->x, refusal[c->fault].status, refusal[c->fault].why);
	return true;
}

/* For whom the request is, and whether that one has too many. */
static bool
is_crowded(struct server *s, struct conn *c)
{
	struct address holder;

	c->client = trust_client(
	    &s->trust, &c->peer, c->head.forwarded, c->head.forwarded_for);
	if (c->counted || address_eq(&c->client, &c->peer))
		return false;
	holder = address_holder(&c->client);
	c->client_counted = true;
	return !crowd_enter(s->crowd, &holder);
}

/* Whether C's request, of which only the head was read, is to be answered. */
static bool
admit(struct server *s, struct conn *c)
{
	if (is_crowded(s, c)) {
		atomic_fetch_add(&s->pool.figures.refused, 1);
		answer_refusal(&c->x, 429, "Your address asks for too much.");
		return false;
	}
	if (atomic_load(&s->pool.room.stopping)) {
		answer_refusal(&c->x, 503, "The server is stopping.");
		return false;
	}
	if (c->head.path.len >= ROUTE_MAX_TARGET) {
		answer_refusal(&c->x, 414, "The request's target is too long.");
		return false;
	}
	return true;
}

/* What becomes of a connection after a turn of its request. */
enum turn { TURN_NEXT, TURN_WAIT, TURN_SEND };

/* Answer C's request, which is new when FRESH, or was parked. */
static enum turn
respond(struct server *s, struct conn *c, bool fresh)
{
	struct route route;

	route_parse(c->head.path, c->head.query, &route);
	c->kind = answer_kind(route.kind);
	if (fresh && route.kind == ROUTE_MEDIA && route.segment)
		measure_take(
		    s->site->measure, &c->head, c->head.query, route.broadcast);
	c->wait.parked = false;
	if (c->x.status == 0 || c->x.trickle.on || c->x.download != NULL)
		answer(s->site, &c->x, &route);
	if (c->wait.parked)
		return TURN_WAIT;
	return c->x.unfinished ? TURN_SEND : TURN_NEXT;
}

/* Send on what the peer did not take at once. */
static enum turn
send_on(struct server *s, struct conn *c)
{
	uint64_t before = c->out.sent;
	enum out_end end = out_send(&c->out, c->fd);

	c->x.sent_bytes += c->out.sent - before;
	if (end == OUT_MORE)
		return TURN_SEND;
	if (end == OUT_BROKEN) {
		c->x.cut = true;
		c->x.keep = false;
		return TURN_NEXT;
	}
	out_fini(&c->out);
	c->x.unfinished = false;
	return c->x.trickle.on || c->x.download != NULL ? respond(s, c, false)
							: TURN_NEXT;
}

/* C's request is answered; forget it. */
static void
finish(struct server *s, struct worker *w, struct conn *c)
{
	stats_count(&w->stats, c->kind, c->x.status, c->x.sent_bytes);
	if (c->x.cut)
		atomic_fetch_add_explicit(
		    &w->stats.cut, 1, memory_order_relaxed);
	if (c->client_counted) {
		struct address holder = address_holder(&c->client);

		crowd_leave(s->crowd, &holder);
	}
	c->client_counted = false;
	c->answering = false;
	atomic_fetch_sub(&s->pool.figures.answering, 1);
	wait_fini(&c->wait);
	out_fini(&c->out);
	download_end(&c->x);
}

static void
begin(struct server *s, struct conn *c)
{
	c->answering = true;
	atomic_fetch_add(&s->pool.figures.answering, 1);
	c->kind = STATS_OTHER;
	c->x = (struct exchange){.fd = c->fd,
	    .head = &c->head,
	    .body = {c->in + c->frame.head_bytes, (size_t)c->frame.body_bytes},
	    .wait = &c->wait,
	    .out = &c->out,
	    .client = &c->client,
	    .keep = c->frame.keep_alive};
}

/* A turn of C's request, which civetweb read as RI. */
static enum turn
turn(struct server *s, struct conn *c, const struct mg_request_info *ri)
{
	bool fresh = !c->answering;

	head_read(ri, &c->head);
	c->head.http_1_0 = c->frame.http_1_0;
	if (fresh)
		begin(s, c);
	if (fresh && refuse_fault(c))
		return TURN_NEXT;
	if (c->frame.asterisk) {
		answer_asterisk(&c->x);
		return TURN_NEXT;
	}
	if (out_pending(&c->out))
		return send_on(s, c);
	if (fresh && !admit(s, c))
		return TURN_NEXT;
	return respond(s, c, fresh);
}

/*
 * The request that follows the one that was answered.  Who asks again at once
 * is not sent round by the door, unless others wait for the thread.
 */
static enum conn_input
next_request(struct server *s, struct conn *c)
{
	struct pollfd p = {.fd = c->fd, .events = POLLIN};
	enum conn_input input = conn_next(c);

	if (input != CONN_PART || pool_scarce(&s->pool) ||
	    poll(&p, 1, NEXT_MS) != 1)
		return input;
	return conn_read(c);
}

static struct conn *
serve(void *arg, struct worker *w, struct conn *c,
    const struct mg_request_info *ri)
{
	static const enum conn_state held[] = {
	    [TURN_WAIT] = CONN_WAIT, [TURN_SEND] = CONN_SEND};
	struct server *s = arg;
	enum turn end = turn(s, c, ri);
	enum conn_input input;

	if (end != TURN_NEXT) {
		door_take(s->door, c, held[end]);
		return NULL;
	}
	finish(s, w, c);
	if (!c->x.keep) {
		door_take(s->door, c, CONN_CLOSE);
		return NULL;
	}
	input = next_request(s, c);
	if (input == CONN_WHOLE)
		return c;
	if (input == CONN_FULL) {
		c->fault = FAULT_LONG;
		return c;
	}
	if (input == CONN_GONE)
		c->x.cut = true;
	door_take(s->door, c, c->in_bytes > 0 ? CONN_HEAD : CONN_IDLE);
	return NULL;
}

/*
 * Room for a socket and a file of each connection, and for all else.  Where
 * there is less, there are fewer connections.
 */
static int
make_room(struct server_conf *conf)
{
	uint64_t need = 2 * (uint64_t)conf->door.connections + OTHER_FDS;
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) == -1) {
		err_sys("limit of open files");
		return -1;
	}
	if (limit.rlim_max != RLIM_INFINITY && limit.rlim_max < need) {
		if (limit.rlim_max < OTHER_FDS + 2 * LEAST_CONNECTIONS) {
			err_msg("the HTTP server needs %d open files, the "
				"limit is %llu",
			    OTHER_FDS + 2 * LEAST_CONNECTIONS,
			    (unsigned long long)limit.rlim_max);
			return -1;
		}
		conf->door.connections =
		    (size_t)(limit.rlim_max - OTHER_FDS) / 2;
		err_warn("fewer connections than WEIR_HTTP_CONNECTIONS, since "
			 "the limit of open files is %llu connections=%zu",
		    (unsigned long long)limit.rlim_max, conf->door.connections);
		need = limit.rlim_max;
	}
	if (limit.rlim_cur != RLIM_INFINITY && limit.rlim_cur < need) {
		limit.rlim_cur = need;
		if (setrlimit(RLIMIT_NOFILE, &limit) == -1) {
			err_sys("limit of open files");
			return -1;
		}
	}
	return 0;
}

struct server *
server_open(const struct server_conf *wanted, struct site *site)
{
	struct server_conf conf = *wanted;
	struct server *s = calloc(1, sizeof(*s));

	if (s == NULL) {
		err_sys("start the HTTP server");
		return NULL;
	}
	if (make_room(&conf) == -1)
		goto free_server;
	s->site = site;
	s->trust = conf.door.trust;
	s->crowd = crowd_open(conf.door.per_address, conf.door.connections);
	if (s->crowd == NULL ||
	    pool_open(&s->pool, conf.threads, serve, s) == -1) {
		if (s->pool.complaint[0] != '\0')
			err_msg("start the HTTP server: %s", s->pool.complaint);
		else
			err_sys("start the HTTP server");
		goto close_crowd;
	}
	site->pool = &s->pool;
	/* A quarter is for what is answered at once. */
	s->pool.room.most =
	    conf.door.connections - (conf.door.connections + 3) / 4;
	s->door = door_open(&conf.door, &s->pool, s->crowd);
	if (s->door == NULL)
		goto close_pool;
	return s;

close_pool:
	pool_close(&s->pool);
close_crowd:
	crowd_close(s->crowd);
free_server:
	free(s);
	return NULL;
}

unsigned
server_port(const struct server *s)
{
	return door_port(s->door);
}

size_t
server_drain(struct server *s)
{
	atomic_store(&s->pool.room.stopping, true);
	door_drain(s->door);
	return atomic_load(&s->pool.figures.answering);
}

void
server_close(struct server *s)
{
	if (s == NULL)
		return;
	atomic_store(&s->pool.room.stopping, true);
	door_stop(s->door);
	pool_close(&s->pool);
	door_close(s->door);
	crowd_close(s->crowd);
	free(s);
}
