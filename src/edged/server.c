#include "server.h"

#include "clock.h"
#include "err.h"
#include "head.h"

#include <arpa/inet.h>
#include <civetweb.h>
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
	MAX_HEAD_BYTES = 16384,
	QUEUE = 64,     /* accepted, and waiting for a thread */
	BACKLOG = 1024, /* not accepted yet */
	OTHER_FDS = 96, /* the log, sockets of the bus, and so on */
	STACK_BYTES = 256 * 1024,
	LINGER_MS = 500,
	LINGER_MAX_BYTES = 256 * 1024
};

struct server {
	struct mg_context *mg;
	struct site *site; /* borrowed */
	struct pool pool;
	unsigned port;
	atomic_bool started;
	char complaint[256]; /* civetweb's last one, before that */
};

static struct server *
server_of(const struct mg_connection *c)
{
	return mg_get_user_data(mg_get_context(c));
}

/* What civetweb calls a thread's pointer: its worker. */
static void *
on_thread(const struct mg_context *mg, int type)
{
	struct server *s = mg_get_user_data(mg);

	return type == 1 ? pool_worker(&s->pool) : NULL;
}

static int
on_connect(const struct mg_connection *c, void **data)
{
	*data = NULL;
	/* Whose connection it is civetweb does not tell before a request. */
	pool_connect(&server_of(c)->pool, mg_get_thread_pointer(c));
	return 0;
}

static void
on_close(const struct mg_connection *c)
{
	pool_disconnect(&server_of(c)->pool, mg_get_thread_pointer(c));
}

static void
count(struct worker *w, enum stats_kind kind, const struct exchange *x)
{
	stats_count(&w->stats, kind, x->status, x->sent_bytes);
	if (x->cut)
		atomic_fetch_add_explicit(
		    &w->stats.cut, 1, memory_order_relaxed);
}

/* Answer one request; what it was counted as. */
static enum stats_kind
respond(struct server *s, const struct mg_request_info *ri, struct exchange *x,
    struct head *head, bool crowded)
{
	struct route route;
	const char *why;

	if (head_read(ri, head, &why) == -1) {
		answer_refusal(x, 400, why);
		return STATS_OTHER;
	}
	if (crowded) {
		answer_refusal(
		    x, 429, "Your address has too many connections.");
		return STATS_OTHER;
	}
	x->keep = head->keep_alive && !pool_scarce(&s->pool);
	if (atomic_load(&s->pool.draining)) {
		answer_refusal(x, 503, "The server is stopping.");
		return STATS_OTHER;
	}
	if (strlen(ri->local_uri_raw) >= ROUTE_MAX_TARGET) {
		answer_refusal(x, 414, "The request's target is too long.");
		return STATS_OTHER;
	}
	route_parse(
	    str_from(ri->local_uri_raw), str_from(ri->query_string), &route);
	answer(s->site, x, &route);
	return answer_kind(route.kind);
}

/* The "handle everything" callback: nothing is left for civetweb to do. */
static int
on_request(struct mg_connection *c)
{
	struct server *s = server_of(c);
	struct worker *w = mg_get_thread_pointer(c);
	const struct mg_request_info *ri = mg_get_request_info(c);
	struct head head = {0};
	struct exchange x = {.head = &head};
	bool crowded;

	x.fd = pool_begin(&s->pool, w, ri, &crowded);
	if (x.fd != -1)
		count(w, respond(s, ri, &x, &head, crowded), &x);
	/* Without a descriptor there is no peer any more. */
	if (!x.keep)
		mg_disable_connection_keep_alive(c);
	pool_end(&s->pool, w);
	return x.status != 0 ? (int)x.status : 499;
}

/*
 * Let the peer read our refusal before the connection goes: closing it
 * with octets unread would reset it, and the refusal with it.
 */
static void
linger(int fd)
{
	struct pollfd p = {.fd = fd, .events = POLLIN};
	char waste[4096];
	size_t left = LINGER_MAX_BYTES;
	uint64_t now_us = clock_mono_us();
	const uint64_t end_us = now_us + (uint64_t)LINGER_MS * 1000;

	(void)shutdown(fd, SHUT_WR);
	for (; left > 0 && now_us < end_us; now_us = clock_mono_us()) {
		int wait_ms = (int)((end_us - now_us) / 1000) + 1;
		ssize_t n;

		if (poll(&p, 1, wait_ms) != 1 ||
		    (n = recv(fd, waste, sizeof(waste), MSG_DONTWAIT)) <= 0)
			return;
		left -= (size_t)n < left ? (size_t)n : left;
	}
}

/* civetweb refuses a request that it could not parse. */
static int
on_error(struct mg_connection *c, int status, const char *message)
{
	struct server *s = server_of(c);
	struct worker *w = mg_get_thread_pointer(c);
	const struct mg_request_info *ri = mg_get_request_info(c);
	struct exchange x = {.head = NULL};
	bool crowded;

	(void)message;
	if (ri == NULL)
		return 0;
	x.fd = pool_begin(&s->pool, w, ri, &crowded);
	if (x.fd != -1) {
		if (status == 505)
			answer_refusal(&x, 505, "This server speaks HTTP/1.1.");
		else
			answer_refusal(&x, 400,
			    "This is not HTTP/1.1, or too long, or too late.");
		count(w, STATS_OTHER, &x);
		/* A thread that others wait for does not wait for this. */
		if (!pool_scarce(&s->pool))
			linger(x.fd);
	}
	mg_disable_connection_keep_alive(c);
	pool_end(&s->pool, w);
	return 0;
}

static int
on_complaint(const struct mg_connection *c, const char *message)
{
	struct server *s;

	/* While it starts; afterwards it speaks of single connections. */
	if (c == NULL || (s = server_of(c)) == NULL)
		return 1;
	if (!atomic_load(&s->started))
		(void)snprintf(
		    s->complaint, sizeof(s->complaint), "%s", message);
	return 1;
}

/* Room for a socket and a file of each thread, and for all else. */
static int
make_room(const struct server_conf *conf, int *fd_max)
{
	uint64_t need = 2 * (uint64_t)conf->threads + QUEUE + OTHER_FDS;
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) == -1) {
		err_sys("limit of open files");
		return -1;
	}
	if (limit.rlim_max != RLIM_INFINITY && limit.rlim_max < need) {
		err_msg("WEIR_HTTP_THREADS=%zu needs %llu open files, the "
			"limit is %llu",
		    conf->threads, (unsigned long long)need,
		    (unsigned long long)limit.rlim_max);
		return -1;
	}
	if (limit.rlim_cur != RLIM_INFINITY && limit.rlim_cur < need) {
		limit.rlim_cur = need;
		if (setrlimit(RLIMIT_NOFILE, &limit) == -1) {
			err_sys("limit of open files");
			return -1;
		}
	}
	*fd_max = (int)need;
	return 0;
}

/*
 * civetweb makes its threads with the process's default attributes, which
 * are meant for one thread and not for a thousand.
 */
static struct mg_context *
start(struct server *s, const struct mg_callbacks *callbacks,
    const char **options)
{
	pthread_attr_t before, small;
	struct mg_context *mg;

	if (pthread_getattr_default_np(&before) != 0)
		return NULL;
	if (pthread_getattr_default_np(&small) != 0)
		goto destroy_before;
	(void)pthread_attr_setstacksize(&small, STACK_BYTES);
	(void)pthread_setattr_default_np(&small);
	mg = mg_start(callbacks, s, options);
	(void)pthread_setattr_default_np(&before);
	(void)pthread_attr_destroy(&small);
	(void)pthread_attr_destroy(&before);
	return mg;

destroy_before:
	(void)pthread_attr_destroy(&before);
	return NULL;
}

/* civetweb tells only that it failed; the system tells why. */
static void
report(const struct server *s, const struct server_conf *conf)
{
	struct sockaddr_in a = {.sin_family = AF_INET};
	int fd, on = 1;

	if (inet_pton(AF_INET, conf->address.host, &a.sin_addr) != 1) {
		err_msg("WEIR_HTTP=%s:%s: the host must be an IPv4 address",
		    conf->address.host, conf->address.port);
		return;
	}
	a.sin_port = htons((uint16_t)strtoul(conf->address.port, NULL, 10));
	fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd != -1)
		(void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (fd == -1 || bind(fd, (struct sockaddr *)&a, sizeof(a)) == -1 ||
	    listen(fd, 1) == -1)
		err_sys("listen on WEIR_HTTP=%s:%s", conf->address.host,
		    conf->address.port);
	else
		err_msg("the HTTP server does not start: %s", s->complaint);
	if (fd != -1)
		(void)close(fd);
}

static int
launch(struct server *s, const struct server_conf *conf)
{
	static const struct mg_callbacks callbacks = {
	    .begin_request = on_request,
	    .log_message = on_complaint,
	    .http_error = on_error,
	    .init_thread = on_thread,
	    .init_connection = on_connect,
	    .connection_close = on_close};
	char listen_on[80], threads[24], head_ms[24], keep_ms[24], head[24],
	    queue[24], backlog[24];
	struct mg_server_port port;
	/* There is no document root, so that there are no files, listings,
	 * scripts, password files or uploads at all. */
	const char *options[] = {"listening_ports", listen_on, "num_threads",
	    threads, "request_timeout_ms", head_ms, "keep_alive_timeout_ms",
	    keep_ms, "max_request_size", head, "connection_queue", queue,
	    "listen_backlog", backlog, "enable_keep_alive", "yes",
	    "tcp_nodelay", "1", "decode_url", "no", "enable_auth_domain_check",
	    "no", "enable_directory_listing", "no", "cgi_pattern", "",
	    "ssi_pattern", "", "index_files", "",
	    "access_control_allow_methods", "", NULL};

	(void)snprintf(listen_on, sizeof(listen_on), "%s:%s",
	    conf->address.host, conf->address.port);
	(void)snprintf(threads, sizeof(threads), "%zu", conf->threads);
	(void)snprintf(head_ms, sizeof(head_ms), "%u", conf->head_ms);
	(void)snprintf(keep_ms, sizeof(keep_ms), "%u", conf->keep_alive_ms);
	(void)snprintf(head, sizeof(head), "%d", MAX_HEAD_BYTES);
	(void)snprintf(queue, sizeof(queue), "%d", QUEUE);
	(void)snprintf(backlog, sizeof(backlog), "%d", BACKLOG);
	(void)mg_init_library(MG_FEATURES_DEFAULT);
	if ((s->mg = start(s, &callbacks, options)) == NULL ||
	    mg_get_server_ports(s->mg, 1, &port) != 1) {
		report(s, conf);
		(void)mg_exit_library();
		return -1;
	}
	atomic_store(&s->started, true);
	/* For one, that it got fewer threads than it was to have. */
	if (s->complaint[0] != '\0')
		err_warn("the HTTP server: %s", s->complaint);
	s->port = (unsigned)port.port;
	s->pool.port = htons((uint16_t)port.port);
	return 0;
}

struct server *
server_open(const struct server_conf *conf, struct site *site)
{
	struct server *s = calloc(1, sizeof(*s));
	int fd_max;

	if (s == NULL) {
		err_sys("start the HTTP server");
		return NULL;
	}
	if (make_room(conf, &fd_max) == -1)
		goto free_server;
	if (pool_init(&s->pool, conf->threads, conf->per_address, fd_max) ==
	    -1) {
		err_sys("start the HTTP server");
		goto free_server;
	}
	s->site = site;
	site->pool = &s->pool;
	if (launch(s, conf) == -1)
		goto fini_pool;
	return s;

fini_pool:
	pool_fini(&s->pool);
free_server:
	free(s);
	return NULL;
}

unsigned
server_port(const struct server *s)
{
	return s->port;
}

void
server_tick(struct server *s)
{
	pool_sweep(&s->pool);
}

size_t
server_drain(struct server *s)
{
	atomic_store(&s->pool.draining, true);
	return atomic_load(&s->pool.busy);
}

void
server_close(struct server *s)
{
	if (s == NULL)
		return;
	atomic_store(&s->pool.draining, true);
	/* civetweb waits for its threads; nothing is to hold one of them. */
	pool_shutdown(&s->pool);
	mg_stop(s->mg);
	(void)mg_exit_library();
	pool_fini(&s->pool);
	free(s);
}
