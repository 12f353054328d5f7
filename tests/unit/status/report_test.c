#include "report.h"
#include "tap.h"

#include <string.h>

static const struct {
	uint64_t us;
	const char *text;
} lengths[] = {
    {0, "0.0 s"},
    {999999, "0.9 s"},
    {9999999, "9.9 s"},
    {10000000, "10 s"},
    {59999999, "59 s"},
    {60000000, "1 min 0 s"},
    {3599000000, "59 min 59 s"},
    {3600000000, "1 h 0 min"},
    {86399000000, "23 h 59 min"},
    {90000000000, "1 d 1 h"},
};

int
main(void)
{
	char text[REPORT_LENGTH_SIZE];

	for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		report_length(text, lengths[i].us);
		OK(strcmp(text, lengths[i].text) == 0);
	}
	report_length(text, UINT64_MAX);
	OK(strlen(text) < sizeof(text));
	OK(report_bit_rate(1000, 1000000) == 8000);
	OK(report_bit_rate(1000, 0) == 0);
	OK(report_bit_rate(UINT64_MAX, 1) == 0);
	return tap_done();
}
