#include "params.h"
#include "hevc.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_SETS = 40, MAX_SET = 4096 };

struct params {
	bool hevc;
	size_t n;
	struct set {
		unsigned type;
		int id;
		uint8_t *p;
		size_t len;
	} set[MAX_SETS];
};

struct params *
params_open(enum media_codec codec)
{
	struct params *ps = calloc(1, sizeof(*ps));

	if (ps != NULL)
		ps->hevc = codec == MEDIA_HEVC;
	return ps;
}

void
params_close(struct params *ps)
{
	if (ps == NULL)
		return;
	params_reset(ps);
	free(ps);
}

void
params_reset(struct params *ps)
{
	while (ps->n > 0)
		free(ps->set[--ps->n].p);
}

bool
params_are(const struct params *ps, unsigned type)
{
	if (ps->hevc)
		return type >= HEVC_VPS && type <= HEVC_PPS;
	return type == AVC_SPS || type == AVC_PPS;
}

/* The id under which NAL is kept; -1: it is no sound set. */
static int
id_of(const struct params *ps, const struct avc_nal *nal)
{
	struct avc_sps sps;

	if (ps->hevc)
		return hevc_set_id(nal);
	if (!params_are(ps, nal->type) ||
	    (nal->type == AVC_SPS &&
		avc_sps_parse(&sps, nal->p, nal->len) == -1))
		return -1;
	return avc_set_id(nal);
}

bool
params_has(const struct params *ps, const struct avc_nal *nal)
{
	/* The whole bytes say the id, too. */
	for (size_t i = 0; i < ps->n; i++)
		if (ps->set[i].type == nal->type &&
		    ps->set[i].len == nal->len &&
		    memcmp(ps->set[i].p, nal->p, nal->len) == 0)
			return true;
	return false;
}

int
params_put(struct params *ps, const struct avc_nal *nal)
{
	struct set *s = NULL;
	uint8_t *p;
	int id;

	if (params_has(ps, nal))
		return 0;
	if ((id = id_of(ps, nal)) == -1) {
		errno = EBADMSG;
		return -1;
	}
	for (size_t i = 0; i < ps->n; i++)
		if (ps->set[i].type == nal->type && ps->set[i].id == id)
			s = &ps->set[i];
	if (nal->len > MAX_SET || (s == NULL && ps->n == MAX_SETS)) {
		errno = ENOBUFS;
		return -1;
	}
	if ((p = malloc(nal->len)) == NULL)
		return -1;
	memcpy(p, nal->p, nal->len);
	if (s == NULL)
		s = &ps->set[ps->n++];
	else
		free(s->p);
	*s = (struct set){nal->type, id, p, nal->len};
	return 1;
}

int
params_load(struct params *ps, const struct avc_nal *set, size_t n)
{
	int changed = 0;

	for (size_t i = 0; i < n; i++) {
		int rc = params_put(ps, &set[i]);

		if (rc == 1)
			changed = 1;
		else if (rc == -1 && params_are(ps, set[i].type))
			return -1;
	}
	return changed;
}

int
params_record(const struct params *ps, struct buf *out)
{
	struct avc_nal set[MAX_SETS];

	for (size_t i = 0; i < ps->n; i++)
		set[i] = (struct avc_nal){
		    ps->set[i].p, ps->set[i].len, ps->set[i].type};
	return ps->hevc ? hevc_config_build(out, set, ps->n)
			: avc_config_build(out, set, ps->n);
}
