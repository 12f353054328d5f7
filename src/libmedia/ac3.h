#ifndef MEDIA_AC3_H
#define MEDIA_AC3_H

#include "buf.h"
#include "codec.h"

#include <stdbool.h>

/*
 * AC-3 and E-AC-3 (ETSI TS 102 366): what their frames say of themselves, and
 * the records that ISO BMFF has for them (annex F), the payloads of a dac3 and
 * of a dec3 box.  Bytes from strangers.
 */

/* All that is heard at one time: in E-AC-3 several frames. */
struct ac3_unit {
	bool enhanced;    /* E-AC-3 */
	size_t len;       /* bytes */
	unsigned samples; /* in each channel */

	unsigned rate_code; /* fscod */
	unsigned sample_rate_hz;
	unsigned bsid, mode; /* of the stream's service; see acmod */
	unsigned acmod, channels;
	bool lfe;
	unsigned bit_rate_code; /* AC-3: of table 4.13, by two */
	unsigned bit_rate_kbps; /* E-AC-3: at which it would go on */
	unsigned dependents;    /* E-AC-3: frames that add channels, */
	unsigned places;        /* these: chan_loc of table F.6.1 */
};

/*
 * The unit at the beginning of P.  0, or -1 with errno EBADMSG when there is
 * none, or it is longer than LEN.
 */
int ac3_unit_parse(struct ac3_unit *u, const uint8_t *p, size_t len);

/*
 * How long the unit is that begins at P, of which N bytes are there; LAST:
 * nothing that belongs to it follows.  1 with *LEN when all of it is there, 0
 * when more bytes are needed, -1 with errno EBADMSG when none begins there, or
 * it is longer than AC3_UNIT_MAX.
 */
enum { AC3_HEAD = 8, AC3_UNIT_MAX = 16384 };
int ac3_unit_len(size_t *len, const uint8_t *p, size_t n, bool last);

/*
 * Append the record of what U is to OUT; E-AC-3's bit rate, which may differ
 * from frame to frame, is that of the record of LEN bytes at WAS if there is
 * one.  0, or -1 with errno as buf_put.
 */
int ac3_config_build(
    struct buf *out, const struct ac3_unit *u, const uint8_t *was, size_t len);

/* "ac-3" and "ec-3", whatever the record says. */
int ac3_codecs(char dst[MEDIA_CODECS_SIZE], const uint8_t *p, size_t len);
int eac3_codecs(char dst[MEDIA_CODECS_SIZE], const uint8_t *p, size_t len);

/* What the records say; see struct codec. */
int ac3_facts(struct codec_facts *f, const struct media_track *t);
int eac3_facts(struct codec_facts *f, const struct media_track *t);

#endif
