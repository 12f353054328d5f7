#include "origin.h"

#include <errno.h>
#include <sodium.h>
#include <string.h>

int
origin_mark(struct log *l, uint64_t seq, uint8_t mark[KEEP_MARK_BYTES])
{
	struct log_reader *r;
	struct str raw;
	struct event e;
	int n;

	memset(mark, 0, KEEP_MARK_BYTES);
	if (seq == 0)
		return 0;
	if ((r = log_reader_open(l, seq)) == NULL)
		return -1;
	if ((n = log_reader_at(r, seq, &e)) == 1) {
		raw = log_reader_raw(r);
		(void)crypto_generichash(mark, KEEP_MARK_BYTES,
		    (const unsigned char *)raw.p, raw.len, NULL, 0);
	}
	log_reader_close(r);
	return n == -1 && errno != EBADMSG ? -1 : 0;
}

static bool
known(const uint8_t mark[KEEP_MARK_BYTES])
{
	static const uint8_t zeroes[KEEP_MARK_BYTES];

	return memcmp(mark, zeroes, sizeof(zeroes)) != 0;
}

int
origin_judge(struct log *l, const struct keep_place *place, uint32_t version,
    const char **why)
{
	uint8_t mark[KEEP_MARK_BYTES];
	uint64_t head;

	*why = NULL;
	if (place->version != version) {
		*why = "the fold is another one now";
		return 0;
	}
	if (log_head(l, &head) == -1)
		return -1;
	if (place->position > head) {
		*why = "the log ends before it";
		return 0;
	}
	if (origin_mark(l, place->position, mark) == -1)
		return -1;
	/* An event that cannot be read says nothing against it. */
	if (known(mark) && known(place->mark) &&
	    memcmp(mark, place->mark, sizeof(mark)) != 0)
		*why = "the log holds other events";
	return 0;
}
