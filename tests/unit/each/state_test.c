#include "state.h"
#include "tap.h"
#include "tmp.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static void
test_begin(const char *dir)
{
	struct state *s = state_open(dir, true);
	struct state_start start;
	const uint64_t done[] = {12, 15}, none[] = {99};

	OK(s != NULL);
	OK(state_load(s, &start) == 0 && !start.known && start.dones == 0);
	free(start.done);
	OK(state_commit(
	       s, &(struct state_change){.position = 5, .worker = "me"}) == 0);
	OK(state_commit(s, &(struct state_change){.position = 10,
			       .done = done,
			       .dones = 2,
			       .again = none,
			       .agains = 1}) == 0);
	state_close(s);

	s = state_open(dir, true);
	OK(state_load(s, &start) == 0 && start.known && start.position == 10);
	OK(strcmp(start.worker, "me") == 0);
	OK(start.dones == 2 && start.done[0] == 12 && start.done[1] == 15);
	free(start.done);
	/* What the position came past is forgotten. */
	OK(state_commit(s, &(struct state_change){.position = 13}) == 0);
	OK(state_load(s, &start) == 0 && start.dones == 1 &&
	    start.done[0] == 15);
	free(start.done);
	OK(state_commit(s, &(struct state_change){.position = 15}) == 0);
	OK(state_load(s, &start) == 0 && start.dones == 0);
	free(start.done);
	state_close(s);
}

static void
test_letters(const char *dir)
{
	const struct state_letter letter[] = {
	    {256, STR("{\"seq\":256}")}, {3, STR("{\"seq\":3}")}};
	struct state *s = state_open(dir, true), *other;
	uint64_t from = 0, again[4];
	struct buf b;
	size_t n;

	buf_init(&b, 1024 * 1024);
	OK(state_letters(s, &from, &b) == 0);
	OK(state_commit(
	       s, &(struct state_change){
		      .position = 300, .letter = letter, .letters = 2}) == 0);
	other = state_open(dir, false);
	OK(other != NULL);
	OK(state_letters(other, &from, &b) == 1 && from == 257);
	OK(str_eqz(buf_str(&b), "{\"seq\":3}\n{\"seq\":256}\n"));
	OK(state_letters(other, &from, &b) == 0);
	state_close(other);

	OK(state_put_back(s, 4) == -1 && errno == ENOENT);
	OK(state_put_back(s, 256) == 0);
	OK(state_put_back(s, 256) == -1 && errno == ENOENT);
	OK(state_again(s, again, 4, &n) == 0 && n == 1 && again[0] == 256);
	/* Dead again: in one list only. */
	OK(state_commit(s, &(struct state_change){.position = 300,
			       .letter = letter,
			       .letters = 1,
			       .again = again,
			       .agains = 1}) == 0);
	OK(state_again(s, again, 4, &n) == 0 && n == 0);
	OK(state_put_back(s, 256) == 0);
	buf_fini(&b);
	state_close(s);
}

/* More than the map holds at first: it grows, also for who is there. */
static void
test_growth(const char *dir)
{
	enum { EACH = 1024 * 1024, COUNT = 100 };
	struct state *s = state_open(dir, true), *other = state_open(dir, true);
	char *line = malloc(EACH);
	int failed = 0;
	size_t n;
	uint64_t again[1];

	memset(line, 'x', EACH);
	for (uint64_t i = 0; i < COUNT; i++) {
		const struct state_letter letter = {1000 + i, {line, EACH}};

		failed += state_commit(s, &(struct state_change){.position = 1,
					      .letter = &letter,
					      .letters = 1}) == -1;
	}
	OK(failed == 0);
	OK(state_again(other, again, 1, &n) == 0);
	OK(state_put_back(other, 1000 + COUNT - 1) == 0);
	free(line);
	state_close(other);
	state_close(s);
	s = state_open(dir, false);
	OK(s != NULL && state_again(s, again, 1, &n) == 0 && n == 1);
	state_close(s);
}

int
main(void)
{
	char tmp[64], dir[80];

	tmp_make(tmp);
	(void)snprintf(dir, sizeof(dir), "%s/deep/each", tmp);
	OK(state_open(dir, false) == NULL && errno == ENOENT);
	test_begin(dir);
	test_letters(dir);
	test_growth(dir);
	tmp_remove(tmp);
	return tap_done();
}
