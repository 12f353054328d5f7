#include "rule.h"
#include "amount.h"
#include "err.h"
#include "num.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* Begin the rule for the type called NAME.  0, or -1 after reporting. */
static int
begin(struct rules *r, const char *name, bool force)
{
	const struct schema *s = schema_named(str_from(name));

	if (s == NULL) {
		err_msg("--type %s: there is no such type (weir schema lists "
			"them)",
		    name);
		return -1;
	}
	if (s->kept == EVENT_LASTING && !force) {
		err_msg("--type %s: the platform does not stand without these "
			"events; --force insists",
		    name);
		return -1;
	}
	for (size_t i = 0; i < r->n; i++)
		if (r->rule[i].schema == s) {
			err_msg("--type %s: given twice", name);
			return -1;
		}
	if (r->n == RULES_MAX) {
		err_msg("more than %d types", RULES_MAX);
		return -1;
	}
	r->rule[r->n++] = (struct rule){.schema = s};
	return 0;
}

/* Take the limit NAME with VALUE into R.  0, or -1 after reporting. */
static int
limit(struct rule *r, const char *name, const char *value)
{
	const char *want;
	int rc;

	if (strcmp(name, "older") == 0) {
		want = "a length of time: 30d, 12h, 90min, 10s";
		rc = amount_parse_us(value, &r->older_us);
		r->ages = true;
		r->older_text = value;
	} else if (strcmp(name, "keep") == 0) {
		want = "a number of events";
		rc = num_parse(value, 0, UINT64_MAX, &r->keep);
		r->counts = true;
	} else {
		want = "a number of bytes: 1G, 500M, 64K";
		rc = amount_parse_bytes(value, &r->max_bytes);
		r->weighs = true;
		r->max_text = value;
	}
	if (rc == -1)
		err_msg("--%s %s: want %s", name, value, want);
	return rc;
}

int
rules_parse(struct rules *r, const struct opt_list *words,
    const char *const *by, bool force)
{
	struct rule *now = NULL;

	r->n = 0;
	for (size_t i = 0; i < words->len; i++) {
		if (strcmp(by[i], "type") == 0) {
			if (begin(r, words->item[i], force) == -1)
				return -1;
			now = &r->rule[r->n - 1];
		} else if (now == NULL) {
			err_msg("--%s: say --type before it", by[i]);
			return -1;
		} else if (limit(now, by[i], words->item[i]) == -1) {
			return -1;
		}
	}
	for (size_t i = 0; i < r->n; i++) {
		now = &r->rule[i];
		if (now->ages || now->counts || now->weighs)
			continue;
		err_msg("--type %s: wants --older, --keep or --max-bytes "
			"behind it",
		    now->schema->name.p);
		return -1;
	}
	return 0;
}

void
rule_text(const struct rule *r, char dst[RULE_TEXT_SIZE])
{
	/* A number that was parsed is no longer than this. */
	enum { WORD = 24 };
	size_t n = 0;

	dst[0] = '\0';
	if (r->ages)
		n += (size_t)snprintf(dst, RULE_TEXT_SIZE, "older than %.*s",
		    WORD, r->older_text);
	if (r->counts)
		n += (size_t)snprintf(dst + n, RULE_TEXT_SIZE - n,
		    "%sall but %" PRIu64 " events", n > 0 ? ", " : "", r->keep);
	if (r->weighs)
		(void)snprintf(dst + n, RULE_TEXT_SIZE - n,
		    "%sall but %.*s bytes", n > 0 ? ", " : "", WORD,
		    r->max_text);
}
