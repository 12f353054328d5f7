#include "note.h"
#include "event.h"

#include <stdlib.h>
#include <string.h>

int
note_put(uint64_t bytes, struct buf *b)
{
	char *text = malloc(bytes + 1);
	struct NoteWritten note = {.about = STR("")};
	int rc;

	if (text == NULL)
		return -1;
	memset(text, 'x', bytes);
	note.text = (struct str){text, bytes};
	rc = EVENT_PUT(NoteWritten, &note, b);
	free(text);
	return rc;
}
