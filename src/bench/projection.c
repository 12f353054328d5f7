#include "projection.h"
#include "bench.h"
#include "clock.h"
#include "conf.h"
#include "err.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { TURN_MS = 1000 };

/* A row for each type: how many events there were. */
static int
count(struct projection *p, const struct event *e)
{
	uint64_t n = 0;
	struct str row;
	int found = projection_get(p, e->type_name, &row);

	if (found == -1)
		return -1;
	if (found == 1)
		memcpy(&n, row.p, sizeof(n));
	n++;
	return projection_put(
	    p, e->type_name, (struct str){(const char *)&n, sizeof(n)});
}

static int
sum(void *arg, struct str key, struct str value)
{
	uint64_t *total = arg, n;

	(void)key;
	memcpy(&n, value.p, sizeof(n));
	*total += n;
	return 0;
}

/* Fold all of the log.  How many events were counted, or -1 with errno. */
static int
fold(struct projection *p, uint64_t *events)
{
	struct event e;
	int n;

	while ((n = projection_run(p, TURN_MS, &e)) == 1)
		;
	if (n == -1 || projection_commit(p) == -1)
		return -1;
	return projection_walk(p, STR(""), sum, events);
}

int
bench_projection(const struct bench *ask)
{
	static const struct projection_type type = {
	    .name = "bench", .version = 1, .apply = count};
	struct projection *p = NULL;
	struct log *l = NULL;
	uint64_t start_us, took_us, events = 0;
	char dir[PATH_MAX];
	int rc = EXIT_TEMP;

	(void)ask;
	if (conf_path(dir, CONF_STATE, "log") == -1 ||
	    (l = log_open(dir)) == NULL ||
	    (p = projection_open_private(&type, l, NULL, UINT64_MAX)) == NULL) {
		err_sys("open the log in %s", dir);
		goto out;
	}
	start_us = clock_mono_us();
	if (fold(p, &events) == -1) {
		err_sys("fold the log");
		goto out;
	}
	took_us = clock_mono_us() - start_us;
	printf("{\"events\":%" PRIu64 ",\"seconds\":%.3f,\"events_per_s\":%.0f"
	       "}\n",
	    events, (double)took_us / 1e6,
	    took_us > 0 ? (double)events * 1e6 / (double)took_us : 0);
	rc = fflush(stdout) == 0 ? EXIT_OK : EXIT_TEMP;
out:
	projection_close(p);
	log_close(l);
	return rc;
}
