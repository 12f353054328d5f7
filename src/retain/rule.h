#ifndef RETAIN_RULE_H
#define RETAIN_RULE_H

#include "opt.h"
#include "str.h"

#include <stdbool.h>
#include <stdint.h>

/* What of recordings is to stay; several limits: each of them holds. */
struct rule {
	const char *channel;              /* of this one only; NULL: of all */
	bool ages, weighs;                /* which limits there are */
	uint64_t max_age_us;              /* since it ended, or was sent */
	uint64_t max_bytes;               /* of segments */
	const char *age_text, *size_text; /* as they were said */
};

enum { RULES_MAX = 256, RULE_TEXT_SIZE = 96 };

/* The first is of all channels, and may be without a limit. */
struct rules {
	struct rule rule[RULES_MAX];
	size_t n;
};

/*
 * Make rules of WORDS as they came, which were given by the options BY:
 * channel, max-age and max-size.  Limits behind a channel are that channel's.
 * 0, or -1 after reporting what is wrong.
 */
int rules_parse(
    struct rules *r, const struct opt_list *words, const char *const *by);

/* "older than 30d" or "more than 200G" into DST, with the channel if any. */
void rule_age_text(const struct rule *r, char dst[RULE_TEXT_SIZE]);
void rule_size_text(const struct rule *r, char dst[RULE_TEXT_SIZE]);

/* True when R is about recordings of CHANNEL. */
bool rule_about(const struct rule *r, const char *channel);

#endif
