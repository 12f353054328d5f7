#include "avc_params.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_SETS = 40, MAX_SET = 4096 };

struct avc_params {
	size_t n;
	struct set {
		unsigned type;
		int id;
		uint8_t *p;
		size_t len;
	} set[MAX_SETS];
};

struct avc_params *
avc_params_open(void)
{
	return calloc(1, sizeof(struct avc_params));
}

void
avc_params_close(struct avc_params *ps)
{
	if (ps == NULL)
		return;
	avc_params_reset(ps);
	free(ps);
}

void
avc_params_reset(struct avc_params *ps)
{
	while (ps->n > 0)
		free(ps->set[--ps->n].p);
}

bool
avc_params_has(const struct avc_params *ps, const struct avc_nal *nal)
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
avc_params_put(struct avc_params *ps, const struct avc_nal *nal)
{
	struct set *s = NULL;
	struct avc_sps sps;
	int id = avc_set_id(nal);
	uint8_t *p;

	if (avc_params_has(ps, nal))
		return 0;
	if (id == -1 || (nal->type != AVC_SPS && nal->type != AVC_PPS) ||
	    (nal->type == AVC_SPS &&
		avc_sps_parse(&sps, nal->p, nal->len) == -1)) {
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
avc_params_load(struct avc_params *ps, const struct avc_config *c)
{
	int changed = 0;

	for (size_t i = 0; i < c->sets; i++) {
		int rc = avc_params_put(ps, &c->set[i]);

		if (rc == -1)
			return -1;
		changed |= rc;
	}
	return changed;
}

int
avc_params_record(const struct avc_params *ps, struct buf *out)
{
	struct avc_nal set[MAX_SETS];

	for (size_t i = 0; i < ps->n; i++)
		set[i] = (struct avc_nal){
		    ps->set[i].p, ps->set[i].len, ps->set[i].type};
	return avc_config_build(out, set, ps->n);
}
