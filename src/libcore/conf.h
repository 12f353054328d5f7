#ifndef CORE_CONF_H
#define CORE_CONF_H

#include <limits.h>
#include <stdint.h>

/*
 * Settings come from the environment, so that instances run side by side.
 * In a checkout the defaults lie beside the sources, installed they follow
 * the Filesystem Hierarchy Standard; which of both holds is read off the
 * place of the running program.
 */
enum conf_dir {
	CONF_STATE,     /* WEIR_STATE: ./var in a checkout, /var/lib/weir */
	CONF_RUN,       /* WEIR_RUN: ./var/run in a checkout, /run/weir */
	CONF_PIPELINES, /* WEIR_PIPELINES: pipelines, PREFIX/lib/weir/... */
	CONF_WWW,       /* WEIR_WWW: .build/www, PREFIX/share/weir/www */
	CONF_FILE       /* WEIR_CONF: var/weir.conf, /etc/weir/weir.conf */
};

/*
 * The path of NAME inside DIR ("" for DIR itself), absolute, into DST of
 * PATH_MAX bytes.  0, or -1 with errno ENAMETOOLONG.
 */
int conf_path(char dst[PATH_MAX], enum conf_dir dir, const char *name);

/* The setting KEY, or FALLBACK when it is unset or empty. */
const char *conf_text(const char *key, const char *fallback);

/*
 * The setting KEY as a number in [MIN, MAX], FALLBACK when unset.  0, or
 * -1 after reporting what is wrong with it.
 */
int conf_number(const char *key, uint64_t fallback, uint64_t min, uint64_t max,
    uint64_t *out);

/* "HOST:PORT" or "[V6]:PORT", taken apart. */
struct conf_address {
	char host[64];
	char port[6];
};

/* S as an address; no host: every one.  0, or -1: it is none. */
int conf_parse_address(const char *s, struct conf_address *out);

/*
 * The setting KEY as an address.  0, or -1 after reporting what is wrong
 * with it.
 */
int conf_address(
    const char *key, const char *fallback, struct conf_address *out);

#endif
