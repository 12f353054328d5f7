#include "environ.h"
#include "clock.h"
#include "hex.h"
#include "mp.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum {
	MAX_VALUES = 16 + SCHEMA_MAX_FIELDS,
	MAX_BYTES = MAX_VALUES * (ENVIRON_MAX_VALUE + 128),
	MAX_NAME = 64
};

struct environ {
	char **env; /* BASE of ours, then VALUES, then NULL */
	size_t base;
	struct buf text; /* the values, each with its NUL */
	size_t at[MAX_VALUES], values;
};

static bool
ours_alone(const char *entry)
{
	static const char *const prefix[] = {"WEIR_EVENT_",
	    "NOTIFY_FD=", "NOTIFY_SOCKET=", "WATCHDOG_USEC=", "WATCHDOG_PID="};

	for (size_t i = 0; i < sizeof(prefix) / sizeof(prefix[0]); i++)
		if (str_starts(str_from(entry), str_from(prefix[i])))
			return true;
	return false;
}

struct environ *
environ_open(char *const env[])
{
	struct environ *v = calloc(1, sizeof(*v));
	size_t n = 0;

	while (env[n] != NULL)
		n++;
	if (v == NULL)
		return NULL;
	buf_init(&v->text, MAX_BYTES);
	if ((v->env = calloc(n + MAX_VALUES + 1, sizeof(*v->env))) == NULL) {
		environ_close(v);
		return NULL;
	}
	for (size_t i = 0; i < n; i++)
		if (!ours_alone(env[i]))
			v->env[v->base++] = env[i];
	return v;
}

void
environ_close(struct environ *v)
{
	if (v == NULL)
		return;
	buf_fini(&v->text);
	free(v->env);
	free(v);
}

/* NAME as it stands in an environment: false when it cannot. */
static bool
upper(char dst[MAX_NAME + 1], struct str name)
{
	if (name.len == 0 || str_copy(dst, MAX_NAME + 1, name) == -1)
		return false;
	for (char *c = dst; *c != '\0'; c++) {
		if (*c >= 'a' && *c <= 'z')
			*c = (char)(*c - 'a' + 'A');
		else if (!(*c >= 'A' && *c <= 'Z') &&
			 !(*c >= '0' && *c <= '9') && *c != '_')
			return false;
	}
	return strlen(dst) == name.len;
}

static void
add(struct environ *v, const char *prefix, const char *name, struct str value)
{
	if (v->values == MAX_VALUES || value.len > ENVIRON_MAX_VALUE ||
	    (value.len > 0 && memchr(value.p, '\0', value.len) != NULL))
		return;
	v->at[v->values++] = v->text.len;
	(void)buf_puts(&v->text, prefix);
	(void)buf_puts(&v->text, name);
	(void)buf_puts(&v->text, "=");
	(void)buf_putstr(&v->text, value);
	(void)buf_put(&v->text, "", 1);
}

static void
add_number(struct environ *v, const char *prefix, const char *name, uint64_t n)
{
	char digits[24];

	(void)snprintf(digits, sizeof(digits), "%" PRIu64, n);
	add(v, prefix, name, str_from(digits));
}

static void
add_bytes(
    struct environ *v, const char *prefix, const char *name, struct str bytes)
{
	char digits[ENVIRON_MAX_VALUE + 1];

	if (bytes.len > ENVIRON_MAX_VALUE / 2)
		return;
	hex_encode(digits, (const uint8_t *)bytes.p, bytes.len);
	add(v, prefix, name, (struct str){digits, 2 * bytes.len});
}

static void
add_data(struct environ *v, struct str data)
{
	static const char prefix[] = "WEIR_EVENT_DATA_";
	char name[MAX_NAME + 1];
	struct mp m;

	mp_init(&m, data.p, data.len);
	for (size_t n = mp_map(&m); n > 0 && !m.bad; n--) {
		bool named = upper(name, mp_str(&m));

		switch (named ? mp_peek(&m) : MP_OTHER) {
		case MP_UINT:
			add_number(v, prefix, name, mp_uint(&m));
			break;
		case MP_BOOL:
			add(v, prefix, name,
			    mp_bool(&m) ? STR("true") : STR("false"));
			break;
		case MP_STR:
			add(v, prefix, name, mp_str(&m));
			break;
		case MP_BIN:
			add_bytes(v, prefix, name, mp_bin(&m));
			break;
		case MP_NONE:
		case MP_NIL:
		case MP_MAP:
		case MP_ARRAY:
		case MP_OTHER:
			mp_skip(&m);
			break;
		}
	}
}

char *const *
environ_make(struct environ *v, const struct event *e, uint64_t try)
{
	static const char prefix[] = "WEIR_EVENT_";
	char time[CLOCK_RFC3339_SIZE];

	buf_reset(&v->text);
	v->values = 0;
	clock_rfc3339(e->time_us, time);
	add_number(v, prefix, "SEQ", e->seq);
	add_number(v, prefix, "VERSION", e->version);
	add_number(v, prefix, "TRY", try);
	add(v, prefix, "ID", e->id);
	add(v, prefix, "TYPE", e->type_name);
	add(v, prefix, "SUBJECT", e->subject);
	add(v, prefix, "SOURCE", e->source);
	add(v, prefix, "TIME", str_from(time));
	if (e->traceparent.len > 0)
		add(v, prefix, "TRACEPARENT", e->traceparent);
	add_data(v, e->data);
	if (v->text.failed) {
		errno = ENOMEM;
		return NULL;
	}
	for (size_t i = 0; i < v->values; i++)
		v->env[v->base + i] = (char *)v->text.p + v->at[i];
	v->env[v->base + v->values] = NULL;
	return v->env;
}
