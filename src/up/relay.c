#include "relay.h"
#include "str.h"

#include <stdio.h>
#include <string.h>

/* Escape sequences of ECMA-48, section 8.3.117 (SGR). */
#define SGR_RESET "\033[0m"
static const char *const tints[] = {
    "\033[36m", "\033[35m", "\033[32m", "\033[34m"};
static const char *const severities[8] = {"\033[1;31m", "\033[1;31m",
    "\033[1;31m", "\033[31m", "\033[33m", "", "", "\033[2m"};

enum { PRIORITY_WARNING = 4, PRIORITY_INFO = 6 };

/* Take "<N>" off the line; what bears none is plain information. */
static unsigned
priority_of(struct str *s)
{
	unsigned n;

	if (s->len < 3 || s->p[0] != '<' || s->p[2] != '>' || s->p[1] < '0' ||
	    s->p[1] > '7')
		return PRIORITY_INFO;
	n = (unsigned)(s->p[1] - '0');
	*s = (struct str){s->p + 3, s->len - 3};
	return n;
}

static void
emit(struct relay *r, relay_fn *fn, void *arg)
{
	char out[RELAY_MAX_OUT];
	struct str s = {r->line, r->len}, name = str_from(r->name);
	unsigned priority = priority_of(&s);
	bool paint = r->colour && *severities[priority] != '\0';
	int n;

	r->len = 0;
	if (r->quiet && priority > PRIORITY_WARNING)
		return;
	if (str_starts(s, name) && s.len >= name.len + 2 &&
	    memcmp(s.p + name.len, ": ", 2) == 0)
		s = (struct str){s.p + name.len + 2, s.len - name.len - 2};
	n = snprintf(out, sizeof(out), "%s%-*.32s |%s %s%.*s%s\n",
	    r->colour ? tints[r->tint % (sizeof(tints) / sizeof(tints[0]))]
		      : "",
	    r->label_width < 32 ? r->label_width : 32, r->label,
	    r->colour ? SGR_RESET : "", paint ? severities[priority] : "",
	    STRF(s), paint ? SGR_RESET : "");
	fn(arg, out, (size_t)n);
}

void
relay_take(struct relay *r, const char *p, size_t len, relay_fn *fn, void *arg)
{
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)p[i];

		if (c == '\n') {
			emit(r, fn, arg);
			continue;
		}
		if (r->len == sizeof(r->line))
			emit(r, fn, arg);
		r->line[r->len++] =
		    (c < ' ' && c != '\t') || c == 0x7f ? '?' : p[i];
	}
}

void
relay_end(struct relay *r, relay_fn *fn, void *arg)
{
	if (r->len > 0)
		emit(r, fn, arg);
}
