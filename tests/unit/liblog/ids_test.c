#include "ids.h"
#include "tap.h"

#include <inttypes.h>
#include <stdbool.h>

static const unsigned char secret[IDS_SECRET_BYTES] = "fifteen letters";

static struct ids_key
key(const struct ids *t, uint64_t n)
{
	char text[32];
	int len = snprintf(text, sizeof(text), "id-%" PRIu64, n);

	return ids_key(t, (struct str){text, (size_t)len});
}

static void
add(struct ids *t, uint64_t seq)
{
	struct ids_key k = key(t, seq);

	ids_add(t, &k, seq);
}

/* Where the id of SEQ is known to stand. */
static uint64_t
find(const struct ids *t, uint64_t seq)
{
	struct ids_key k = key(t, seq);

	return ids_find(t, &k);
}

/* Of FROM to LAST, are all known, or is none? */
static bool
all(const struct ids *t, uint64_t from, uint64_t last, bool known)
{
	for (uint64_t seq = from; seq <= last; seq++)
		if (find(t, seq) != (known ? seq : 0))
			return false;
	return true;
}

static void
test_window(struct ids *t)
{
	enum { MORE = 1000 };
	uint64_t head = IDS_WINDOW + MORE;

	for (uint64_t seq = 1; seq <= head; seq++)
		add(t, seq);
	OK(all(t, 1, MORE, false));
	OK(all(t, MORE + 1, head, true));
	OK(find(t, head + 1) == 0);

	/* What was not stored is forgotten, and can be another one's place. */
	ids_truncate(t, head - 9);
	OK(all(t, head - 9, head, false));
	OK(all(t, MORE + 1, head - 10, true));
	add(t, head - 9);
	OK(find(t, head - 9) == head - 9);

	/* Left out: nobody takes the place of those before them for theirs. */
	add(t, head + 500);
	OK(all(t, MORE + 1, MORE + 500, false));
	OK(all(t, MORE + 501, head - 9, true));
	OK(find(t, head + 500) == head + 500);
	add(t, 5 * head);
	OK(all(t, 1, head + 500, false));
	OK(find(t, 5 * head) == 5 * head);
}

int
main(void)
{
	struct ids *t = ids_open(secret), *same = ids_open(secret);
	struct ids_key a, b;

	OK(t != NULL && same != NULL);
	a = key(t, 7);
	b = key(same, 7);
	OK(a.hash[0] == b.hash[0] && a.hash[1] == b.hash[1]);
	ids_close(same);
	test_window(t);
	ids_close(t);
	ids_close(NULL);
	return tap_done();
}
