#include "str.h"
#include "tap.h"

#include <string.h>

/* Each of them at every place that a look at eight bytes at a time knows. */
static const struct {
	const char *text;
	bool utf8, graphic;
} cases[] = {
    {"a", true, true},
    {"~", true, true},
    {"!", true, true},
    {" ", true, false},
    {"\t", true, false},
    {"\x7f", true, false},
    {"\x01", true, false},
    {"\xc3\xa4", true, false},         /* U+00E4 */
    {"\xe2\x82\xac", true, false},     /* U+20AC */
    {"\xf0\x9f\x90\xb8", true, false}, /* U+1F438 */
    {"\x80", false, false},            /* continues nothing */
    {"\xc0\x80", false, false},        /* NUL, said in two bytes */
    {"\xed\xa0\x80", false, false},    /* a surrogate */
    {"\xff", false, false},
};

int
main(void)
{
	char text[40];

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		size_t n = strlen(cases[i].text);
		bool utf8 = true, graphic = true;

		for (size_t at = 0; at + n <= 24; at++) {
			struct str s = {text, 24};

			memset(text, 'x', sizeof(text));
			memcpy(text + at, cases[i].text, n);
			utf8 = utf8 && str_utf8(s) == cases[i].utf8;
			graphic = graphic && str_graphic(s) == cases[i].graphic;
		}
		OK(utf8);
		OK(graphic);
	}
	/* NUL is a byte of UTF-8, and of no text of ours. */
	memset(text, 'x', sizeof(text));
	for (size_t at = 0; at < 17; at++) {
		text[at] = '\0';
		OK(!str_utf8((struct str){text, 17}));
		OK(!str_graphic((struct str){text, 17}));
		text[at] = 'x';
	}
	/* Cut short. */
	OK(!str_utf8(STR("xxxxxxxx\xe2\x82")));
	OK(str_utf8((struct str){NULL, 0}));
	OK(str_graphic((struct str){NULL, 0}));
	return tap_done();
}
