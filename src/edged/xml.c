#include "xml.h"

#include "clock.h"

#include <inttypes.h>
#include <string.h>

static void
put_octet(struct buf *out, char c)
{
	switch (c) {
	case '&':
		(void)buf_puts(out, "&amp;");
		break;
	case '<':
		(void)buf_puts(out, "&lt;");
		break;
	case '>':
		(void)buf_puts(out, "&gt;");
		break;
	case '"':
		(void)buf_puts(out, "&quot;");
		break;
	case '\'':
		(void)buf_puts(out, "&apos;");
		break;
	default:
		if ((unsigned char)c < ' ')
			c = '?';
		(void)buf_put(out, &c, 1);
		break;
	}
}

static void
begin(struct buf *out, const char *name)
{
	(void)buf_printf(out, " %s=\"", name);
}

void
xml_text(struct buf *out, const char *name, const char *value)
{
	begin(out, name);
	for (; *value != '\0'; value++)
		put_octet(out, *value);
	(void)buf_puts(out, "\"");
}

void
xml_number(struct buf *out, const char *name, uint64_t value)
{
	char text[32], *p = text + sizeof(text);

	/* A manifest of a day has 60,000 of them; printf takes its time. */
	*--p = '"';
	do
		*--p = (char)('0' + value % 10);
	while ((value /= 10) > 0);
	(void)buf_puts(out, " ");
	(void)buf_puts(out, name);
	(void)buf_puts(out, "=\"");
	(void)buf_put(out, p, (size_t)(text + sizeof(text) - p));
}

void
xml_duration(struct buf *out, const char *name, uint64_t us)
{
	char digits[8];
	size_t n = sizeof(digits) - 1;

	(void)snprintf(
	    digits, sizeof(digits), ".%06u", (unsigned)(us % 1000000));
	while (digits[n - 1] == '0')
		digits[--n] = '\0';
	if (n == 1)
		digits[0] = '\0';
	(void)buf_printf(
	    out, " %s=\"PT%" PRIu64 "%sS\"", name, us / 1000000, digits);
}

void
xml_time(struct buf *out, const char *name, uint64_t time_us)
{
	char text[CLOCK_RFC3339_SIZE];

	/* Of "2026-11-20T12:52:46.000001Z" the last three decimals go. */
	clock_rfc3339(time_us, text);
	(void)buf_printf(out, " %s=\"%.23sZ\"", name, text);
}
