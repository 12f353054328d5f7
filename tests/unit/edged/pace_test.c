#include "pace.h"
#include "tap.h"

#include <string.h>

static struct address
host(unsigned char last)
{
	struct address a = {{0}};

	a.byte[10] = a.byte[11] = 0xff;
	a.byte[12] = 192;
	a.byte[15] = last;
	return a;
}

int
main(void)
{
	struct pace *p = pace_open(3);
	struct address a = host(1), b = host(2), six = {{0x20, 1}}, near;
	unsigned taken = 0;

	for (int i = 0; i < 10; i++)
		taken += pace_take(p, &a);
	OK(taken == 3);
	OK(pace_take(p, &b));
	OK(!pace_take(p, &a));
	OK(pace_take(p, NULL));
	/* An IPv6 network counts as one. */
	near = six;
	near.byte[15] = 7;
	OK(pace_take(p, &six) && pace_take(p, &near) && pace_take(p, &six));
	OK(!pace_take(p, &near));
	/* Who comes with many addresses makes others be forgotten, no more. */
	for (unsigned i = 0; i < 10000; i++) {
		struct address many = {
		    {0x20, 2, (unsigned char)(i >> 8), (unsigned char)i}};

		taken += pace_take(p, &many);
	}
	OK(taken == 10003);
	pace_close(p);

	p = pace_open(0);
	taken = 0;
	for (int i = 0; i < 100; i++)
		taken += pace_take(p, &a);
	OK(taken == 100);
	pace_close(p);
	pace_close(NULL);
	return tap_done();
}
