#include "environ.h"
#include "mp.h"
#include "tap.h"

#include <stdlib.h>
#include <string.h>

static const char *
value(char *const *env, const char *name)
{
	size_t n = strlen(name);

	for (; *env != NULL; env++)
		if (strncmp(*env, name, n) == 0 && (*env)[n] == '=')
			return *env + n + 1;
	return NULL;
}

int
main(void)
{
	char path[] = "PATH=/bin", old[] = "WEIR_EVENT_ID=old",
	     fd[] = "NOTIFY_FD=3";
	char *const ours[] = {path, old, fd, NULL};
	struct environ *v = environ_open(ours);
	char *large = calloc(1, ENVIRON_MAX_VALUE + 2);
	struct event e = {.seq = 7,
	    .version = 2,
	    .id = STR("i"),
	    .subject = STR("s"),
	    .source = STR("o"),
	    .type_name = STR("T")};
	char *const *env;
	msgpack_packer pk;
	struct buf b;

	buf_init(&b, 1024 * 1024);
	mp_packer(&pk, &b);
	msgpack_pack_map(&pk, 7);
	mp_put_key(&pk, "start_us");
	msgpack_pack_uint64(&pk, UINT64_MAX);
	mp_put_key(&pk, "flag");
	msgpack_pack_false(&pk);
	mp_put_key(&pk, "hash");
	mp_put_bin(&pk, (struct str){"\x00\xff", 2});
	mp_put_key(&pk, "a=b");
	mp_put_str(&pk, STR("no name"));
	mp_put_key(&pk, "nul");
	mp_put_str(&pk, (struct str){"a\0b", 3});
	mp_put_key(&pk, "fits");
	memset(large, 'x', ENVIRON_MAX_VALUE + 1);
	mp_put_str(&pk, (struct str){large, ENVIRON_MAX_VALUE});
	mp_put_key(&pk, "large");
	mp_put_str(&pk, (struct str){large, ENVIRON_MAX_VALUE + 1});
	e.data = buf_str(&b);

	env = environ_make(v, &e, 3);
	OK(env != NULL);
	OK(strcmp(value(env, "PATH"), "/bin") == 0);
	OK(value(env, "NOTIFY_FD") == NULL);
	OK(strcmp(value(env, "WEIR_EVENT_ID"), "i") == 0);
	OK(strcmp(value(env, "WEIR_EVENT_SEQ"), "7") == 0);
	OK(strcmp(value(env, "WEIR_EVENT_TRY"), "3") == 0);
	OK(strcmp(value(env, "WEIR_EVENT_DATA_START_US"),
	       "18446744073709551615") == 0);
	OK(strcmp(value(env, "WEIR_EVENT_DATA_FLAG"), "false") == 0);
	OK(strcmp(value(env, "WEIR_EVENT_DATA_HASH"), "00ff") == 0);
	OK(value(env, "WEIR_EVENT_DATA_A") == NULL);
	OK(value(env, "WEIR_EVENT_DATA_NUL") == NULL);
	OK(strlen(value(env, "WEIR_EVENT_DATA_FITS")) == ENVIRON_MAX_VALUE);
	OK(value(env, "WEIR_EVENT_DATA_LARGE") == NULL);
	/* Nothing of one event stays for the next. */
	e.data = STR("\x80");
	env = environ_make(v, &e, 1);
	OK(value(env, "WEIR_EVENT_DATA_FLAG") == NULL);
	environ_close(v);
	buf_fini(&b);
	free(large);
	return tap_done();
}
