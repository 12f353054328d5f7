#ifndef COMPACT_RULE_H
#define COMPACT_RULE_H

#include "opt.h"
#include "schema.h"

#include <stdbool.h>
#include <stdint.h>

/* What is to stay of a type; several limits: each of them holds. */
struct rule {
	const struct schema *schema;
	bool ages, counts, weighs; /* which limits there are */
	uint64_t older_us;         /* at the most this old, since committed */
	uint64_t keep;             /* at the most so many events */
	uint64_t max_bytes;        /* at the most so many bytes of events */
	const char *older_text, *max_text; /* as they were said */
};

enum { RULES_MAX = 64, RULE_TEXT_SIZE = 201 };

struct rules {
	struct rule rule[RULES_MAX];
	size_t n;
};

/*
 * Make rules of WORDS as they came, which were given by the options BY: type,
 * older, keep and max-bytes.  Limits belong to the type before them; types
 * that last want FORCE.  0, or -1 after reporting what is wrong.
 */
int rules_parse(struct rules *r, const struct opt_list *words,
    const char *const *by, bool force);

/* "older than 30d, all but 100 events" into DST. */
void rule_text(const struct rule *r, char dst[RULE_TEXT_SIZE]);

#endif
