#include "program.h"
#include "section.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

/* Tables whose checks are right: the demultiplexer's own fuzzer rarely has. */
static void
tables(const uint8_t *data, size_t len)
{
	struct program_list l;
	struct program_map m;

	if (program_list_parse(&l, data, len) == 1)
		for (size_t i = 0; i < l.n; i++)
			if (l.program[i].pid >= PROGRAM_PIDS ||
			    l.program[i].number == 0)
				abort();
	if (program_map_parse(&m, data, len) != 1)
		return;
	for (size_t i = 0; i < m.n; i++)
		if (m.stream[i].pid >= PROGRAM_PIDS ||
		    (m.stream[i].codec == MEDIA_UNKNOWN) !=
			(m.stream[i].why != NULL))
			abort();
}

/* Payloads of packets, cut as their first octets say. */
static void
sections(const uint8_t *data, size_t len)
{
	struct section *s = calloc(1, sizeof(*s));

	while (s != NULL && len > 1) {
		bool start = (data[0] & 1) != 0;
		size_t n = data[0] >> 1;
		const uint8_t *p = ++data;

		len--;
		if (n > len)
			n = len;
		data += n;
		len -= n;
		while (section_take(s, &p, &n, &start))
			if (s->last_len > SECTION_MAX || p > data)
				abort();
	}
	free(s);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	tables(data, len);
	sections(data, len);
	return 0;
}
