#ifndef MEDIA_AVC_PARAMS_H
#define MEDIA_AVC_PARAMS_H

#include "avc.h"

/*
 * The parameter sets in force, kept by their ids, for streams that bring
 * them along with their pictures.
 */
struct avc_params;

struct avc_params *avc_params_open(void); /* NULL with errno ENOMEM */
void avc_params_close(struct avc_params *ps);

/* Forget all of them. */
void avc_params_reset(struct avc_params *ps);

/* True when NAL is exactly what is in force under its id. */
bool avc_params_has(const struct avc_params *ps, const struct avc_nal *nal);

/*
 * Put NAL, an SPS or a PPS, in the place of what bears its id.  1 when that
 * changed something, 0 when not, -1 with errno EBADMSG (no sound parameter
 * set), ENOBUFS (more or longer ones than anybody needs) or ENOMEM.
 */
int avc_params_put(struct avc_params *ps, const struct avc_nal *nal);

/* Put what record C holds; as avc_params_put. */
int avc_params_load(struct avc_params *ps, const struct avc_config *c);

/* Append their AVCDecoderConfigurationRecord to OUT; as avc_config_build. */
int avc_params_record(const struct avc_params *ps, struct buf *out);

#endif
