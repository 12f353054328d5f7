#include "relay.h"
#include "tap.h"

#include <string.h>

struct seen {
	char text[3 * RELAY_MAX_OUT];
	size_t len;
	int lines;
};

static void
see(void *arg, const char *p, size_t len)
{
	struct seen *s = arg;

	memcpy(s->text + s->len, p, len);
	s->len += len;
	s->text[s->len] = '\0';
	s->lines++;
}

static const struct {
	bool colour, quiet;
	const char *in, *out;
} cases[] = {
    {false, false, "hello\n", "edged  | hello\n"},
    {false, false, "<3>weir-edged: bad\n", "edged  | bad\n"},
    {false, false, "<3>weir-cat: bad\n", "edged  | weir-cat: bad\n"},
    {false, false, "weir-edgedx: y\n", "edged  | weir-edgedx: y\n"},
    {false, false, "<9>x\n<3\n<\n\n",
	"edged  | <9>x\nedged  | <3\nedged  | <\nedged  | \n"},
    {false, false, "a\033[2J\tb\r\n", "edged  | a?[2J\tb?\n"},
    {false, false, "\xc3\xa9\n", "edged  | \xc3\xa9\n"},
    {false, false, "no newline", "edged  | no newline\n"},
    {false, true, "plain\n<4>warn\n<6>info\n<0>emergency\n",
	"edged  | warn\nedged  | emergency\n"},
    {true, false, "<3>bad\n<6>well\n",
	"\033[36medged  |\033[0m \033[31mbad\033[0m\n"
	"\033[36medged  |\033[0m well\n"},
};

static struct relay
fresh(bool colour, bool quiet)
{
	return (struct relay){.name = "weir-edged",
	    .label = "edged",
	    .label_width = 6,
	    .colour = colour,
	    .quiet = quiet};
}

int
main(void)
{
	static char big[RELAY_MAX_LINE + 10];
	static struct seen s;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		size_t n = strlen(cases[i].in);

		/* In one piece, and byte by byte. */
		for (size_t step = 1; step <= n; step += n > 1 ? n - 1 : 1) {
			struct relay r = fresh(cases[i].colour, cases[i].quiet);

			s = (struct seen){0};
			for (size_t k = 0; k < n; k += step)
				relay_take(&r, cases[i].in + k,
				    n - k < step ? n - k : step, see, &s);
			relay_end(&r, see, &s);
			OK(strcmp(s.text, cases[i].out) == 0);
		}
	}
	{
		struct relay r = fresh(true, false);

		s = (struct seen){0};
		memset(big, 'x', sizeof(big));
		relay_take(&r, big, sizeof(big), see, &s);
		OK(s.lines == 1 && s.len < RELAY_MAX_OUT);
		relay_end(&r, see, &s);
		OK(s.lines == 2);
		relay_end(&r, see, &s);
		OK(s.lines == 2);
	}
	return tap_done();
}
