#include "match.h"
#include "err.h"

int
match_init(struct match *m, const struct opt_list *type,
    const struct opt_list *subject)
{
	*m = (struct match){.subject = subject};
	for (size_t i = 0; i < type->len && i < MATCH_MAX; i++) {
		const struct schema *s = schema_named(str_from(type->item[i]));

		if (s == NULL) {
			err_msg("--type %s: there is no such type; "
				"see weir schema",
			    type->item[i]);
			return -1;
		}
		if (s->kept == EVENT_TRANSIENT) {
			err_msg("--type %s: it is transient, the log never "
				"holds it",
			    type->item[i]);
			return -1;
		}
		m->type[m->types++] = s->type;
	}
	return 0;
}

static bool
type_match(const struct match *m, enum event_type type)
{
	if (m->types == 0)
		return type != EVENT_WorkClaimed && type != EVENT_WorkDone;
	for (size_t i = 0; i < m->types; i++)
		if (m->type[i] == type)
			return true;
	return false;
}

bool
match_event(const struct match *m, const struct event *e)
{
	return type_match(m, e->type) &&
	       event_about(e, m->subject->item, m->subject->len);
}
