#include "rule.h"
#include "amount.h"
#include "err.h"

#include <stdio.h>
#include <string.h>

enum { CHANNEL_MAX_BYTES = 64 };

/* The rules behind here are of the channel called NAME. */
static struct rule *
begin(struct rules *r, const char *name)
{
	if (!str_slug(str_from(name), CHANNEL_MAX_BYTES)) {
		err_msg("--channel %s: this is no channel's name", name);
		return NULL;
	}
	for (size_t i = 1; i < r->n; i++)
		if (strcmp(r->rule[i].channel, name) == 0) {
			err_msg("--channel %s: given twice", name);
			return NULL;
		}
	if (r->n == RULES_MAX) {
		err_msg("more than %d channels", RULES_MAX - 1);
		return NULL;
	}
	r->rule[r->n] = (struct rule){.channel = name};
	return &r->rule[r->n++];
}

/* Take the limit NAME with VALUE into R.  0, or -1 after reporting. */
static int
limit(struct rule *r, const char *name, const char *value)
{
	const char *want;
	int rc;

	if (strcmp(name, "max-age") == 0) {
		want = "a length of time: 30d, 12h, 90min, 10s";
		rc = amount_parse_us(value, &r->max_age_us);
		r->ages = true;
		r->age_text = value;
	} else {
		want = "a number of bytes: 200G, 500M, 64K";
		rc = amount_parse_bytes(value, &r->max_bytes);
		r->weighs = true;
		r->size_text = value;
	}
	if (rc == -1)
		err_msg("--%s %s: want %s", name, value, want);
	return rc;
}

int
rules_parse(
    struct rules *r, const struct opt_list *words, const char *const *by)
{
	struct rule *now = &r->rule[0];

	r->rule[0] = (struct rule){.channel = NULL};
	r->n = 1;
	for (size_t i = 0; i < words->len; i++) {
		if (strcmp(by[i], "channel") == 0) {
			if ((now = begin(r, words->item[i])) == NULL)
				return -1;
		} else if (limit(now, by[i], words->item[i]) == -1) {
			return -1;
		}
	}
	for (size_t i = 1; i < r->n; i++)
		if (!r->rule[i].ages && !r->rule[i].weighs) {
			err_msg("--channel %s: wants --max-age or --max-size "
				"behind it",
			    r->rule[i].channel);
			return -1;
		}
	return 0;
}

void
rule_age_text(const struct rule *r, char dst[RULE_TEXT_SIZE])
{
	(void)snprintf(dst, RULE_TEXT_SIZE, "older than %.24s", r->age_text);
}

void
rule_size_text(const struct rule *r, char dst[RULE_TEXT_SIZE])
{
	(void)snprintf(dst, RULE_TEXT_SIZE, "more than %.24s in all%s",
	    r->size_text, r->channel != NULL ? " of the channel" : "");
}

bool
rule_about(const struct rule *r, const char *channel)
{
	return r->channel == NULL || strcmp(r->channel, channel) == 0;
}
