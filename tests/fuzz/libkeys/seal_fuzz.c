#include "json.h"
#include "keyfile.h"
#include "seal.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

/* A keyring whose one key, that of "u", is always zeros: inputs stay true. */
static struct keyring *
one_key(void)
{
	char dir[] = "/tmp/f.XXXXXX", name[KEYFILE_NAME_SIZE];
	struct key key = {{0}};
	struct keyring *k;
	int fd;

	if (mkdtemp(dir) == NULL || (k = keyring_open_writer(dir)) == NULL ||
	    (fd = open(dir, O_RDONLY | O_DIRECTORY)) == -1)
		abort();
	keyfile_name(name, STR("u"));
	/* Found once, it is kept. */
	if (keyfile_write(fd, name, &key) == -1 ||
	    keyring_find(k, STR("u"), &key) != 1 ||
	    unlinkat(fd, name, 0) == -1 || rmdir(dir) == -1)
		abort();
	(void)close(fd);
	return k;
}

static int
is_gone(void *arg, struct str subject)
{
	(void)arg;
	(void)subject;
	return 1;
}

/*
 * Any event opens, and then says nothing that is sealed; what was opened is
 * what its schema says, and is the same when it is sealed and opened again.
 */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static struct keyring *k;
	struct event e, open, sealed, again;
	struct buf a, b, c, json;
	char why[256];
	const char *fault;

	if (k == NULL)
		k = one_key();
	if (event_decode(&e, data, len, &fault) == -1)
		return 0;
	buf_init(&a, 2 * EVENT_MAX);
	buf_init(&b, 2 * EVENT_MAX);
	buf_init(&c, 2 * EVENT_MAX);
	buf_init(&json, EVENT_MAX_JSON);
	if (seal_open_event(k, &e, &open, &a) == 0 &&
	    event_to_json(&open, &json) == 0 &&
	    event_validate(&open, why, sizeof(why)) == 0 &&
	    seal_event(
		k, &open, is_gone, NULL, &sealed, &b, why, sizeof(why)) == 0) {
		if (event_unsealed(&sealed) != NULL ||
		    seal_open_event(k, &sealed, &again, &c) == -1)
			abort();
		/* Under the one key there is, that is the same. */
		if (str_eqz(e.subject, "u") && e.type == EVENT_UserAdded &&
		    !str_eq(open.data, again.data))
			abort();
	}
	buf_fini(&a);
	buf_fini(&b);
	buf_fini(&c);
	buf_fini(&json);
	return 0;
}
