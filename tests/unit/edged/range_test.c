#include "range.h"
#include "tap.h"

#include <string.h>

static struct range
parse(const char *s, uint64_t size)
{
	return range_parse(str_from(s), size);
}

static bool
part(const char *s, uint64_t size, uint64_t first, uint64_t last)
{
	struct range r = parse(s, size);

	return r.kind == RANGE_PART && r.first == first && r.last == last;
}

/* Of what may still grow, VALUE asks for FIRST to LAST. */
static bool
grown(const char *value, uint64_t first, uint64_t last)
{
	struct range r = range_growing(str_from(value));

	return r.kind == RANGE_PART && r.first == first && r.last == last;
}

static bool
whole(const char *value)
{
	return range_growing(str_from(value)).kind == RANGE_WHOLE;
}

int
main(void)
{
	static const char *const ignored[] = {"", "bytes", "bytes=", "bytes=-",
	    "bytes=a-b", "bytes=1", "bytes=5-4", "bytes=1-2x", "items=0-1",
	    "bytes 0-1", "bytes=0-1,", "bytes=0-1,x", "bytes=0-1,3-4",
	    "bytes=--1", "bytes=1--2", "bytes=+1-2"};
	char many[512] = "bytes=0-0";

	OK(part("bytes=0-0", 100, 0, 0));
	OK(part("bytes=0-", 100, 0, 99));
	OK(part("bytes=10-19", 100, 10, 19));
	OK(part("BYTES= 10-19 ", 100, 10, 19));
	OK(part("bytes=90-1000", 100, 90, 99));
	OK(part("bytes=99-99999999999999999999999999", 100, 99, 99));
	OK(part("bytes=-1", 100, 99, 99));
	OK(part("bytes=-1000", 100, 0, 99));
	/* The one of two that is there. */
	OK(parse("bytes=200-300,400-", 100).kind == RANGE_BEYOND);
	OK(parse("bytes=100-", 100).kind == RANGE_BEYOND);
	OK(parse("bytes=99999999999999999999999999-", 100).kind ==
	    RANGE_BEYOND);
	OK(parse("bytes=-0", 100).kind == RANGE_BEYOND);
	OK(parse("bytes=0-0", 0).kind == RANGE_BEYOND);
	OK(parse("bytes=-5", 0).kind == RANGE_BEYOND);
	for (size_t i = 0; i < sizeof(ignored) / sizeof(*ignored); i++) {
		if (parse(ignored[i], 100).kind != RANGE_WHOLE)
			printf("# %s\n", ignored[i]);
		OK(parse(ignored[i], 100).kind == RANGE_WHOLE);
	}
	for (int i = 1; i < RANGE_MAX; i++)
		(void)strncat(many, ",1-1", 5);
	OK(parse(many, 100).kind == RANGE_WHOLE);
	(void)strncat(many, ",1-1", 5);
	OK(parse(many, 100).kind == RANGE_BEYOND);
	OK(grown("bytes=0-", 0, UINT64_MAX) &&
	    grown("Bytes= 7- ", 7, UINT64_MAX));
	OK(grown("bytes=7-7", 7, 7) && grown("bytes=7-100", 7, 100));
	OK(whole("") && whole("bytes=-5") && whole("bytes=5-4") &&
	    whole("bytes=1-2,4-5") && whole("bytes=x-") && whole("octets=1-2"));
	return tap_done();
}
