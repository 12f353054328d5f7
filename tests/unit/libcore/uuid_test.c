#include "tap.h"
#include "uuid.h"

#include <stdbool.h>
#include <string.h>

/* A UUIDv7 of variant 10, in small letters. */
static bool
well_formed(const char *id)
{
	return strlen(id) == 36 && strspn(id, "0123456789abcdef-") == 36 &&
	       id[8] == '-' && id[13] == '-' && id[18] == '-' &&
	       id[23] == '-' && id[14] == '7' && strchr("89ab", id[19]) != NULL;
}

static bool
follows(const char *from, const char *want)
{
	char id[UUID_TEXT_SIZE];

	memcpy(id, from, sizeof(id));
	uuid_next(id);
	return strcmp(id, want) == 0;
}

int
main(void)
{
	char a[UUID_TEXT_SIZE], b[UUID_TEXT_SIZE];
	bool rising = true;

	OK(uuid_v7(a) == 0 && well_formed(a));
	OK(uuid_v7(b) == 0 && well_formed(b));
	OK(strcmp(a, b) != 0);
	for (int i = 0; i < 1000; i++) {
		memcpy(b, a, sizeof(b));
		uuid_next(b);
		rising = rising && well_formed(b) && strcmp(a, b) < 0;
		memcpy(a, b, sizeof(a));
	}
	OK(rising);
	OK(follows("01a1f952-480c-7a97-8989-690000000009",
	    "01a1f952-480c-7a97-8989-69000000000a"));
	OK(follows("01a1f952-480c-7a97-8989-6900000000ff",
	    "01a1f952-480c-7a97-8989-690000000100"));
	OK(follows("01a1f952-480c-7a97-8989-ffffffffffff",
	    "01a1f952-480c-7a97-898a-000000000000"));
	/* Past the last one the random part begins again. */
	OK(follows("01a1f952-480c-7a97-bfff-ffffffffffff",
	    "01a1f952-480c-7a97-b000-000000000000"));
	return tap_done();
}
