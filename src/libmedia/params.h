#ifndef MEDIA_PARAMS_H
#define MEDIA_PARAMS_H

#include "avc.h"
#include "codec.h"

/*
 * The parameter sets in force of H.264 or HEVC, kept by their ids, for streams
 * that bring them along with their pictures.
 */
struct params;

struct params *params_open(enum media_codec codec); /* NULL, errno ENOMEM */
void params_close(struct params *ps);

/* Forget all of them. */
void params_reset(struct params *ps);

/* True when NAL units of TYPE are such sets. */
bool params_are(const struct params *ps, unsigned type);

/* True when NAL is exactly what is in force under its id. */
bool params_has(const struct params *ps, const struct avc_nal *nal);

/*
 * Put NAL in the place of what bears its id; of HEVC also an SEI that holds
 * for the whole stream, as its record may have it.  1 when that changed
 * something, 0 when not, -1 with errno EBADMSG (no sound parameter set),
 * ENOBUFS (more or longer ones than anybody needs) or ENOMEM.
 */
int params_put(struct params *ps, const struct avc_nal *nal);

/* Put the N at SET, which are a record's; as params_put. */
int params_load(struct params *ps, const struct avc_nal *set, size_t n);

/*
 * Append the configuration record of them to OUT; as avc_config_build and
 * hevc_config_build.
 */
int params_record(const struct params *ps, struct buf *out);

#endif
