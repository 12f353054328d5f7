#include "event.h"
#include "mp.h"

struct str
event_peek_type(const void *p, size_t len)
{
	struct mp m;

	mp_init(&m, p, len);
	for (size_t n = mp_map(&m); n > 0 && !m.bad; n--) {
		struct str key = mp_str(&m);

		if (str_eq(key, STR("type")))
			return mp_str(&m);
		mp_skip(&m);
	}
	return (struct str){0};
}
