#include "pool.h"

#include "err.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

enum {
	STACK_BYTES = 256 * 1024,
	SEATING_S = 30,
	/* For a worker that gets a new wire while its old one ends. */
	SPARE_THREADS = 2,
	STRANGER_MS =
	    1000, /* who has no business with them holds one so long */
	/*
	 * Woken at once, however many connections come: more than processors
	 * would only get in each other's way.
	 */
	WOKEN_AT_ONCE = 4
};

/* The next of the queue, or NULL.  With the lock. */
static struct conn *
take(struct pool *p)
{
	struct conn *c = p->stop ? NULL : p->first;

	if (c == NULL)
		return NULL;
	if ((p->first = c->next) == NULL)
		p->last = &p->first;
	c->next = NULL;
	p->queued--;
	return c;
}

/*
 * Hand on C's request to W's thread.  One that is refused as it is goes on in
 * words that any server reads.
 */
static void
hand_on(struct worker *w, const struct conn *c)
{
	struct str request = STR("OPTIONS / HTTP/1.1\r\nHost: weir\r\n\r\n");

	if (c->fault == FAULT_NONE && !c->frame.asterisk)
		request = conn_request(c);
	/* What does not go through whole comes back with the wire's end. */
	if (send(w->wire.fd, request.p, request.len,
		MSG_NOSIGNAL | MSG_DONTWAIT) != (ssize_t)request.len)
		(void)shutdown(w->wire.fd, SHUT_RDWR);
}

/* W has nothing to do: give it C, or else the next of the queue. */
static void
go_on(struct worker *w, struct conn *c)
{
	struct pool *p = w->pool;

	(void)pthread_mutex_lock(&p->lock);
	if (c == NULL)
		c = take(p);
	w->conn = c;
	if (c == NULL) {
		w->next_idle = p->idle;
		p->idle = w;
	}
	(void)pthread_mutex_unlock(&p->lock);
	if (c != NULL)
		hand_on(w, c);
}

/* Give some of the idle something to do.  True when there is more. */
static bool
rouse(struct pool *p)
{
	bool queued = true;

	for (int i = 0; queued && i < WOKEN_AT_ONCE; i++) {
		struct worker *w;
		struct conn *c = NULL;

		(void)pthread_mutex_lock(&p->lock);
		if ((w = p->idle) != NULL && (c = take(p)) != NULL) {
			p->idle = w->next_idle;
			w->conn = c;
			/* With the lock, or the wire might be another now. */
			hand_on(w, c);
		}
		queued = p->queued > 0;
		(void)pthread_mutex_unlock(&p->lock);
		if (c == NULL)
			break;
	}
	return queued;
}

void
pool_put(struct pool *p, struct conn *first, size_t n)
{
	struct conn *last = first;

	while (last->next != NULL)
		last = last->next;
	(void)pthread_mutex_lock(&p->lock);
	*p->last = first;
	p->last = &last->next;
	p->queued += n;
	(void)pthread_mutex_unlock(&p->lock);
	(void)rouse(p);
}

bool
pool_prod(struct pool *p)
{
	return pool_scarce(p) && rouse(p);
}

bool
pool_scarce(struct pool *p)
{
	bool scarce;

	(void)pthread_mutex_lock(&p->lock);
	scarce = p->queued > 0;
	(void)pthread_mutex_unlock(&p->lock);
	return scarce;
}

/* The worker whose first request came from PORT; put it there, or NULL. */
static struct worker *
seat(struct pool *p, unsigned port)
{
	struct worker *w = NULL;

	(void)pthread_mutex_lock(&p->lock);
	for (size_t i = 0; i < p->size && w == NULL; i++)
		if (p->worker[i].wire.port == port)
			w = &p->worker[i];
	if (w != NULL && wire_seat(&w->wire, p->port) == -1)
		w = NULL;
	if (w != NULL) {
		w->seated = true;
		p->seated++;
		(void)pthread_cond_broadcast(&p->seating);
	}
	(void)pthread_mutex_unlock(&p->lock);
	return w;
}

/* A connection begins.  Ours says so, and gets its wire. */
static int
begin(struct mg_connection *mc, struct pool *p)
{
	const struct mg_request_info *ri = mg_get_request_info(mc);
	struct worker *w = seat(p, (unsigned)ri->remote_port);

	if (w == NULL) {
		mg_disable_connection_keep_alive(mc);
		return 403;
	}
	mg_set_user_connection_data(mc, w);
	go_on(w, NULL);
	return 200;
}

/* Nobody's yet, also when the thread had another before. */
static int
on_connect(const struct mg_connection *mc, void **data)
{
	(void)mc;
	*data = NULL;
	return 0;
}

/* civetweb has read a request. */
static int
on_request(struct mg_connection *mc)
{
	struct pool *p = mg_get_user_data(mg_get_context(mc));
	struct worker *w = mg_get_user_connection_data(mc);
	char content[4096];
	struct conn *c;

	if (w == NULL)
		return begin(mc, p);
	(void)pthread_mutex_lock(&p->lock);
	c = w->conn;
	w->conn = NULL;
	(void)pthread_mutex_unlock(&p->lock);
	if (c == NULL) {
		mg_disable_connection_keep_alive(mc);
		return 500;
	}
	/* It lies in C as well; civetweb is to get to its end. */
	while (mg_read(mc, content, sizeof(content)) > 0)
		;
	go_on(w, p->fn(p->arg, w, c, mg_get_request_info(mc)));
	return 200;
}

/* It could not: nothing is written to the wire, which ends. */
static int
on_error(struct mg_connection *mc, int status, const char *message)
{
	(void)mc;
	(void)status;
	(void)message;
	return 0;
}

/* Take W out of those that are idle.  With the lock. */
static void
not_idle(struct worker *w)
{
	struct worker **i = &w->pool->idle;

	while (*i != NULL && *i != w)
		i = &(*i)->next_idle;
	if (*i != NULL)
		*i = w->next_idle;
}

/* A wire has ended.  What its thread was given is refused by another's. */
static void
on_close(const struct mg_connection *mc)
{
	struct worker *w = mg_get_user_connection_data(mc);
	struct pool *p;
	struct conn *c;
	int r = 0;

	if (w == NULL)
		return;
	p = w->pool;
	(void)pthread_mutex_lock(&p->lock);
	not_idle(w);
	w->seated = false;
	p->seated--;
	c = w->conn;
	w->conn = NULL;
	wire_close(&w->wire);
	if (!p->stop)
		r = wire_open(&w->wire, p->port);
	(void)pthread_mutex_unlock(&p->lock);
	if (r == -1)
		err_warn(
		    "a thread of the HTTP server is lost: %s", strerror(errno));
	if (c == NULL)
		return;
	if (c->fault == FAULT_NONE)
		c->fault = FAULT_UNREAD;
	pool_put(p, c, 1);
}

static int
on_complaint(const struct mg_connection *mc, const char *message)
{
	struct pool *p =
	    mc != NULL ? mg_get_user_data(mg_get_context(mc)) : NULL;

	/* While it starts; afterwards it speaks of single connections. */
	if (p != NULL && p->mg == NULL)
		(void)snprintf(
		    p->complaint, sizeof(p->complaint), "%s", message);
	return 1;
}

/*
 * civetweb makes its threads with the process's default attributes, which
 * are meant for one thread and not for many.
 */
static struct mg_context *
start(
    struct pool *p, const struct mg_callbacks *callbacks, const char **options)
{
	pthread_attr_t before, small;
	struct mg_context *mg;

	if (pthread_getattr_default_np(&before) != 0)
		return NULL;
	if (pthread_getattr_default_np(&small) != 0)
		goto destroy_before;
	(void)pthread_attr_setstacksize(&small, STACK_BYTES);
	(void)pthread_setattr_default_np(&small);
	mg = mg_start(callbacks, p, options);
	(void)pthread_setattr_default_np(&before);
	(void)pthread_attr_destroy(&small);
	(void)pthread_attr_destroy(&before);
	return mg;

destroy_before:
	(void)pthread_attr_destroy(&before);
	return NULL;
}

static int
launch(struct pool *p)
{
	static const struct mg_callbacks callbacks = {
	    .init_connection = on_connect,
	    .begin_request = on_request,
	    .log_message = on_complaint,
	    .http_error = on_error,
	    .connection_close = on_close};
	char threads[24], first_ms[24], head[24];
	struct mg_server_port port;
	/* There is no document root, so that there are no files, listings,
	 * scripts, password files or uploads at all. */
	const char *options[] = {"listening_ports", "127.0.0.1:0",
	    "num_threads", threads, "request_timeout_ms", first_ms,
	    "keep_alive_timeout_ms", "2147483647", "max_request_size", head,
	    "enable_keep_alive", "yes", "decode_url", "no",
	    "enable_auth_domain_check", "no", "enable_directory_listing", "no",
	    "cgi_pattern", "", "ssi_pattern", "", "index_files", "",
	    "access_control_allow_methods", "", NULL};

	(void)snprintf(
	    threads, sizeof(threads), "%zu", p->size + SPARE_THREADS);
	(void)snprintf(first_ms, sizeof(first_ms), "%d", STRANGER_MS);
	(void)snprintf(head, sizeof(head), "%d", 2 * FRAME_MAX_HEAD);
	errno = EIO;
	if ((p->mg = start(p, &callbacks, options)) == NULL)
		return -1;
	if (mg_get_server_ports(p->mg, 1, &port) != 1)
		return -1;
	p->port = (unsigned)port.port;
	return 0;
}

/* Give every worker its wire, and wait until all have their threads. */
static int
seat_all(struct pool *p)
{
	struct timespec until;
	int r = 0;

	(void)clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += SEATING_S;
	(void)pthread_mutex_lock(&p->lock);
	for (size_t i = 0; i < p->size && r == 0; i++) {
		p->worker[i].pool = p;
		r = wire_open(&p->worker[i].wire, p->port);
	}
	while (r == 0 && p->seated < p->size)
		if ((errno = pthread_cond_timedwait(
			 &p->seating, &p->lock, &until)) != 0)
			r = -1;
	(void)pthread_mutex_unlock(&p->lock);
	return r;
}

/* Whatever becomes of the host's date, a wait lasts as long as it was to. */
static int
open_seating(struct pool *p)
{
	pthread_condattr_t attr;

	if ((errno = pthread_condattr_init(&attr)) != 0)
		return -1;
	(void)pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	errno = pthread_cond_init(&p->seating, &attr);
	(void)pthread_condattr_destroy(&attr);
	return errno == 0 ? 0 : -1;
}

int
pool_open(struct pool *p, size_t size, pool_fn *fn, void *arg)
{
	*p = (struct pool){
	    .size = size, .fn = fn, .arg = arg, .last = &p->first};
	if ((p->worker = calloc(size, sizeof(*p->worker))) == NULL)
		return -1;
	for (size_t i = 0; i < size; i++)
		p->worker[i].wire = wire_none;
	if ((errno = pthread_mutex_init(&p->lock, NULL)) != 0)
		goto free_workers;
	if (open_seating(p) == -1)
		goto destroy_lock;
	(void)mg_init_library(MG_FEATURES_DEFAULT);
	if (launch(p) == -1 || seat_all(p) == -1)
		goto close;
	return 0;

close:
	pool_close(p);
	return -1;
destroy_lock:
	(void)pthread_mutex_destroy(&p->lock);
free_workers:
	free(p->worker);
	p->worker = NULL;
	return -1;
}

/* Its threads read the end of their wires. */
static void
end_threads(struct pool *p)
{
	(void)pthread_mutex_lock(&p->lock);
	p->stop = true;
	for (size_t i = 0; i < p->size; i++)
		if (p->worker[i].wire.fd != -1)
			(void)shutdown(p->worker[i].wire.fd, SHUT_RDWR);
	(void)pthread_mutex_unlock(&p->lock);
	if (p->mg != NULL)
		mg_stop(p->mg);
	(void)mg_exit_library();
	for (size_t i = 0; i < p->size; i++)
		wire_close(&p->worker[i].wire);
}

void
pool_close(struct pool *p)
{
	int error = errno;

	if (p->worker == NULL)
		return;
	end_threads(p);
	while (p->first != NULL) {
		struct conn *c = p->first;

		p->first = c->next;
		conn_free(c);
	}
	(void)pthread_cond_destroy(&p->seating);
	(void)pthread_mutex_destroy(&p->lock);
	free(p->worker);
	p->worker = NULL;
	errno = error;
}

void
pool_stats(const struct pool *p, struct stats *sum)
{
	memset(sum, 0, sizeof(*sum));
	for (size_t i = 0; i < p->size; i++)
		stats_add(sum, &p->worker[i].stats);
}
