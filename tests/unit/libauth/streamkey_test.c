#include "streamkey.h"
#include "tap.h"

#include <string.h>

int
main(void)
{
	char a[STREAMKEY_TEXT_SIZE], b[STREAMKEY_TEXT_SIZE];
	char subject[STREAMKEY_SUBJECT_SIZE];

	OK(streamkey_make(a) == 0 && strlen(a) == STREAMKEY_TEXT_SIZE - 1);
	OK(streamkey_make(b) == 0 && strcmp(a, b) != 0);
	/* BLAKE2b-256 of "abc". */
	OK(streamkey_subject(subject, STR("abc")) == 0);
	OK(strcmp(subject, "streamkey/bddd813c634239723171ef3fee98579b"
			   "94964e3bb1cb3e427262c8c068d52319") == 0);
	OK(strlen(subject) == STREAMKEY_SUBJECT_SIZE - 1);
	return tap_done();
}
