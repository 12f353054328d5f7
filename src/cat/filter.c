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

bool
filter_match(const struct filter *f, const struct event *e)
{
	bool type = f->type->len == 0;

	for (size_t i = 0; i < f->type->len && !type; i++)
		type = str_eqz(e->type_name, f->type->item[i]);
	return type && event_about(e, f->subject->item, f->subject->len);
}
