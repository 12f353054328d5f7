#include "filter.h"
#include "err.h"

#include <string.h>

int
filter_check(const struct filter *f)
{
	for (size_t i = 0; i < f->type->len; i++)
		if (schema_named(str_from(f->type->item[i])) == NULL) {
			err_msg("--type %s: there is no such type; "
				"see weir schema",
			    f->type->item[i]);
			return -1;
		}
	return 0;
}

static bool
subject_match(struct str pattern, struct str subject)
{
	if (pattern.len > 0 && pattern.p[pattern.len - 1] == '*')
		return str_starts(
		    subject, (struct str){pattern.p, pattern.len - 1});
	return str_eq(subject, pattern);
}

bool
filter_match(const struct filter *f, const struct event *e)
{
	bool type = f->type->len == 0, subject = f->subject->len == 0;

	for (size_t i = 0; i < f->type->len && !type; i++)
		type = str_eqz(e->type_name, f->type->item[i]);
	for (size_t i = 0; i < f->subject->len && !subject; i++)
		subject =
		    subject_match(str_from(f->subject->item[i]), e->subject);
	return type && subject;
}
