#include "live_window.h"
#include "tap.h"

#include <errno.h>
#include <stdbool.h>

static bool
is(const char *s, uint64_t want_us)
{
	uint64_t us = 1;

	return live_window_parse(s, &us) == 0 && us == want_us;
}

static bool
refused(const char *s)
{
	uint64_t us = 1;

	errno = 0;
	return live_window_parse(s, &us) == -1 && errno == EINVAL && us == 1;
}

int
main(void)
{
	OK(is("all", 0));
	OK(is("90", 90000000) && is("90s", 90000000) && is("3", 3000000));
	OK(is("10m", 600000000) && is("10min", 600000000));
	OK(is("2h", 7200000000) && is("30d", 2592000000000));
	OK(refused("") && refused("0") && refused("2s") && refused("31d"));
	OK(refused("m") && refused("s") && refused("all ") && refused("-5"));
	OK(refused("10x") && refused("18446744073709551615"));
	OK(refused("99999999999999999999999999999999999999m"));
	return tap_done();
}
