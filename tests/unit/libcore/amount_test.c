#include "amount.h"
#include "tap.h"

#include <errno.h>
#include <string.h>

static int
bytes(const char *s, uint64_t want)
{
	uint64_t v = 7;

	return amount_parse_bytes(s, &v) == 0 && v == want;
}

static int
us(const char *s, uint64_t want)
{
	uint64_t v = 7;

	return amount_parse_us(s, &v) == 0 && v == want;
}

/* Refused with this errno, and nothing stored. */
static int
bad(const char *s, int error)
{
	uint64_t v = 7, w = 7;

	errno = 0;
	if (amount_parse_bytes(s, &v) != -1 || v != 7 || errno != error)
		return 0;
	errno = 0;
	return amount_parse_us(s, &w) == -1 && w == 7 && errno == error;
}

static int
reads(uint64_t v, const char *want)
{
	char text[AMOUNT_SIZE];

	amount_bytes(text, v);
	return strcmp(text, want) == 0;
}

int
main(void)
{
	OK(bytes("0", 0) && bytes("17", 17) && bytes("2K", 2048));
	OK(bytes("500M", UINT64_C(500) << 20) && bytes("1G", 1U << 30));
	OK(bytes("3T", UINT64_C(3) << 40));
	OK(us("0s", 0) && us("10s", 10000000) && us("90min", 5400000000));
	OK(us("12h", UINT64_C(43200000000)));
	OK(us("30d", UINT64_C(2592000000000)) && us("1w", 604800000000));
	OK(bad("", EINVAL) && bad("M", EINVAL) && bad("1X", EINVAL));
	OK(bad("-1", EINVAL) && bad("1 ", EINVAL) && bad("1.5G", EINVAL));
	OK(bad("99999999999999999999999999", ERANGE));
	errno = 0;
	OK(!bytes("18446744073709551615K", 0) && errno == ERANGE);
	OK(!us("30", 0) && !bytes("30d", 0));
	OK(reads(0, "0 B") && reads(1023, "1023 B") && reads(1024, "1.0 KiB"));
	OK(reads(1536, "1.5 KiB") && reads(1048575, "1.0 MiB"));
	OK(reads(UINT64_C(5) << 30, "5.0 GiB"));
	OK(reads(UINT64_C(4096) << 40, "4096.0 TiB"));
	return tap_done();
}
