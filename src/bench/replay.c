#include "bench.h"
#include "clock.h"
#include "conf.h"
#include "err.h"
#include "log.h"

#include <inttypes.h>
#include <stdio.h>

int
bench_replay(const struct bench *ask)
{
	struct log_reader *r = NULL;
	struct log *l = NULL;
	uint64_t start_us, took_us, events = 0, bytes = 0, sum = 0;
	struct event e;
	char dir[PATH_MAX];
	int rc = EXIT_TEMP, n;

	(void)ask;
	if (conf_path(dir, CONF_STATE, "log") == -1 ||
	    (l = log_open(dir)) == NULL ||
	    (r = log_reader_open(l, 1)) == NULL) {
		err_sys("open the log in %s", dir);
		goto out;
	}
	start_us = clock_mono_us();
	while ((n = log_reader_next(r, &e)) == 1) {
		events++;
		bytes += log_reader_raw(r).len;
		sum += e.version + e.data.len;
	}
	took_us = clock_mono_us() - start_us;
	if (n == -1) {
		err_sys("read the log");
		goto out;
	}
	printf("{\"events\":%" PRIu64 ",\"bytes\":%" PRIu64
	       ",\"seconds\":%.3f,\"events_per_s\":%.0f,\"check\":%" PRIu64
	       "}\n",
	    events, bytes, (double)took_us / 1e6,
	    took_us > 0 ? (double)events * 1e6 / (double)took_us : 0, sum);
	rc = fflush(stdout) == 0 ? EXIT_OK : EXIT_TEMP;
out:
	log_reader_close(r);
	log_close(l);
	return rc;
}
