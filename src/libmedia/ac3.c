#include "ac3.h"
#include "bits.h"

#include <errno.h>
#include <stdio.h>

enum {
	SYNC_WORD = 0x0b77,
	BLOCK_SAMPLES = 256,
	BLOCKS = 6, /* of an AC-3 frame */
	MAX_BSID = 10,
	ENHANCED_MAX_BSID = 16,
	BIT_RATES = 19,
	DEPENDENT = 1, /* of strmtyp */
	RESERVED = 3,
	MAX_HEAD = 64, /* bytes in which all that we read lies */
	DAC3 = 3,
	DEC3 = 5,
	DEC3_DEPENDENT = 6,
	RATE_BYTES = 2
};

static const unsigned rates_hz[3] = {48000, 44100, 32000};

static int
bad(void)
{
	errno = EBADMSG;
	return -1;
}

/* Channels of ACMOD (table 4.3), and of LFE. */
static unsigned
channels_of(unsigned acmod, bool lfe)
{
	static const unsigned n[8] = {2, 1, 2, 3, 3, 4, 4, 5};

	return n[acmod] + lfe;
}

/* 4.3.2, behind the sync word. */
static int
plain(struct ac3_unit *u, struct bits *b)
{
	static const unsigned kbps[BIT_RATES] = {32, 40, 48, 56, 64, 80, 96,
	    112, 128, 160, 192, 224, 256, 320, 384, 448, 512, 576, 640};
	unsigned code, words;

	bits_skip(b, 16);
	u->rate_code = bits_get(b, 2);
	code = bits_get(b, 6);
	u->bsid = bits_get(b, 5);
	u->mode = bits_get(b, 3);
	u->acmod = bits_get(b, 3);
	if (u->rate_code > 2 || code >= 2 * BIT_RATES)
		return -1;
	if ((u->acmod & 1) != 0 && u->acmod != 1)
		bits_skip(b, 2); /* cmixlev */
	if ((u->acmod & 4) != 0)
		bits_skip(b, 2); /* surmixlev */
	if (u->acmod == 2)
		bits_skip(b, 2); /* dsurmod */
	u->lfe = bits_get(b, 1);
	u->bit_rate_code = code / 2;
	/* In words of 16 bits; at 44.1 kHz some have one more. */
	words = kbps[u->bit_rate_code] * 96000 / rates_hz[u->rate_code];
	if (u->rate_code == 1)
		words += code & 1;
	u->len = (size_t)2 * words;
	/* 9 and 10 play at half and a quarter of the rate. */
	u->sample_rate_hz =
	    rates_hz[u->rate_code] >> (u->bsid > 8 ? u->bsid - 8 : 0);
	u->channels = channels_of(u->acmod, u->lfe);
	u->samples = BLOCKS * BLOCK_SAMPLES;
	return 0;
}

/* The channels that a dependent frame adds, as chan_loc has them. */
static unsigned
places(struct bits *b, unsigned acmod)
{
	bits_skip(b, 5);
	if (bits_get(b, 1)) /* compre */
		bits_skip(b, 8);
	if (acmod == 0) {
		bits_skip(b, 5);
		if (bits_get(b, 1))
			bits_skip(b, 8);
	}
	if (bits_get(b, 1) == 0) /* chanmape */
		return 0;
	/* Lc/Rc is bit 10 of the one, and bit 0 of the other. */
	{
		uint32_t map = bits_get(b, 16);
		unsigned loc = map & 2 ? 0x100 : 0; /* LFE2 */

		for (unsigned i = 0; i < 8; i++)
			if (map & UINT32_C(1) << (10 - i))
				loc |= 1u << i;
		return loc;
	}
}

/* A frame of E-AC-3 (E.1.2.2), behind the sync word. */
struct frame {
	unsigned type, substream, rate_code, blocks, acmod, bsid, places;
	bool lfe;
	size_t len;
};

static int
frame_parse(struct frame *f, const uint8_t *p, size_t len)
{
	struct bits b;

	bits_init(&b, p, len < MAX_HEAD ? len : MAX_HEAD);
	if (bits_get(&b, 16) != SYNC_WORD)
		return -1;
	f->type = bits_get(&b, 2);
	f->substream = bits_get(&b, 3);
	f->len = 2 * ((size_t)bits_get(&b, 11) + 1);
	f->rate_code = bits_get(&b, 2);
	f->blocks = bits_get(&b, 2);
	f->blocks = f->blocks == 3 ? BLOCKS : f->blocks + 1;
	f->acmod = bits_get(&b, 3);
	f->lfe = bits_get(&b, 1);
	f->bsid = bits_get(&b, 5);
	/* Half rates (fscod 3) are in use nowhere. */
	if (b.bad || f->bsid <= MAX_BSID || f->bsid > ENHANCED_MAX_BSID ||
	    f->type == RESERVED || f->rate_code > 2 || f->len > len)
		return -1;
	f->places = f->type == DEPENDENT ? places(&b, f->acmod) : 0;
	return b.bad ? -1 : 0;
}

/* How many channels there are in places LOC. */
static unsigned
channels_at(unsigned loc)
{
	static const unsigned n[9] = {2, 2, 1, 1, 2, 2, 2, 1, 1};
	unsigned sum = 0;

	for (unsigned i = 0; i < 9; i++)
		sum += loc & 1u << i ? n[i] : 0;
	return sum;
}

/*
 * The first service's frame, and what follows it until that comes again:
 * frames that add channels, and other services, which players pass over.
 */
static int
enhanced(struct ac3_unit *u, const uint8_t *p, size_t len)
{
	struct frame f;

	if (frame_parse(&f, p, len) == -1 || f.type == DEPENDENT ||
	    f.substream != 0)
		return -1;
	u->enhanced = true;
	u->len = f.len;
	u->rate_code = f.rate_code;
	u->sample_rate_hz = rates_hz[f.rate_code];
	u->bsid = f.bsid;
	u->acmod = f.acmod;
	u->lfe = f.lfe;
	u->samples = f.blocks * BLOCK_SAMPLES;
	while (u->len < len && frame_parse(&f, p + u->len, len - u->len) == 0 &&
	       (f.type == DEPENDENT || f.substream != 0)) {
		u->len += f.len;
		if (f.type == DEPENDENT && f.substream == 0) {
			u->dependents++;
			u->places |= f.places;
		}
	}
	u->channels = channels_of(u->acmod, u->lfe) + channels_at(u->places);
	u->bit_rate_kbps =
	    (unsigned)(u->len * 8 * u->sample_rate_hz / u->samples / 1000);
	return 0;
}

int
ac3_unit_parse(struct ac3_unit *out, const uint8_t *p, size_t len)
{
	struct ac3_unit u = {.enhanced = false};
	struct bits b;
	unsigned bsid;

	bits_init(&b, p, len < MAX_HEAD ? len : MAX_HEAD);
	if (bits_get(&b, 16) != SYNC_WORD)
		return bad();
	/* It stands in the same place in both. */
	bits_skip(&b, 24);
	bsid = bits_get(&b, 5);
	bits_init(&b, p + 2, (len < MAX_HEAD ? len : MAX_HEAD) - 2);
	if (bsid > MAX_BSID) {
		if (enhanced(&u, p, len) == -1)
			return bad();
	} else if (plain(&u, &b) == -1 || b.bad) {
		return bad();
	}
	if (u.len > len)
		return bad();
	*out = u;
	return 0;
}

/* F.4 and F.6: both are made of single bits, so they are put together so. */
int
ac3_config_build(
    struct buf *out, const struct ac3_unit *u, const uint8_t *was, size_t len)
{
	uint8_t p[DEC3_DEPENDENT];

	if (!u->enhanced) {
		p[0] =
		    (uint8_t)(u->rate_code << 6 | u->bsid << 1 | u->mode >> 2);
		p[1] = (uint8_t)((u->mode & 3) << 6 | u->acmod << 3 |
				 (unsigned)u->lfe << 2 | u->bit_rate_code >> 3);
		p[2] = (uint8_t)((u->bit_rate_code & 7) << 5);
		return buf_put(out, p, DAC3);
	}
	p[0] = (uint8_t)(u->bit_rate_kbps >> 5);
	p[1] = (uint8_t)((u->bit_rate_kbps & 0x1f) << 3);
	if (len >= DEC3) {
		p[0] = was[0];
		p[1] = was[1] & 0xf8;
	}
	p[2] = (uint8_t)(u->rate_code << 6 | u->bsid << 1);
	p[3] = (uint8_t)(u->acmod << 1 | (unsigned)u->lfe);
	p[4] = 0;
	if (u->dependents == 0)
		return buf_put(out, p, DEC3);
	p[4] = (uint8_t)((u->dependents & 0xf) << 1 | u->places >> 8);
	p[5] = (uint8_t)u->places;
	return buf_put(out, p, DEC3_DEPENDENT);
}

int
ac3_codecs(char dst[MEDIA_CODECS_SIZE], const uint8_t *p, size_t len)
{
	(void)p;
	(void)len;
	(void)snprintf(dst, MEDIA_CODECS_SIZE, "ac-3");
	return 0;
}

int
eac3_codecs(char dst[MEDIA_CODECS_SIZE], const uint8_t *p, size_t len)
{
	(void)p;
	(void)len;
	(void)snprintf(dst, MEDIA_CODECS_SIZE, "ec-3");
	return 0;
}

/* What RATE_CODE, BSID and so on make of a track. */
static int
facts(
    struct codec_facts *f, unsigned rate_code, unsigned bsid, unsigned channels)
{
	unsigned rate_hz;

	if (rate_code > 2)
		return bad();
	rate_hz = rates_hz[rate_code];
	if (bsid > 8 && bsid <= MAX_BSID)
		rate_hz >>= bsid - 8;
	*f = (struct codec_facts){.clock_hz = rate_hz,
	    .sample_rate_hz = rate_hz,
	    .channels = channels,
	    .depth = 16,
	    .frame_samples = BLOCKS * BLOCK_SAMPLES};
	return 0;
}

int
ac3_facts(struct codec_facts *f, const struct media_track *t)
{
	const uint8_t *p = t->config;

	if (t->config_len != DAC3)
		return bad();
	return facts(f, p[0] >> 6, p[0] >> 1 & 0x1f,
	    channels_of(p[1] >> 3 & 7, p[1] >> 2 & 1));
}

int
eac3_facts(struct codec_facts *f, const struct media_track *t)
{
	const uint8_t *p = t->config;
	unsigned channels;

	if (t->config_len < DEC3)
		return bad();
	channels = channels_of(p[3] >> 1 & 7, p[3] & 1);
	if (t->config_len >= DEC3_DEPENDENT && (p[4] & 0x1e) != 0)
		channels += channels_at((p[4] & 1u) << 8 | p[5]);
	return facts(f, p[2] >> 6, p[2] >> 1 & 0x1f, channels);
}

int
ac3_unit_len(size_t *len, const uint8_t *p, size_t n, bool last)
{
	struct ac3_unit u;
	struct bits b;
	size_t at = 0, size;

	if (n < AC3_HEAD)
		return 0;
	bits_init(&b, p, n < MAX_HEAD ? n : MAX_HEAD);
	if (bits_get(&b, 16) != SYNC_WORD)
		return bad();
	bits_skip(&b, 24);
	if (bits_get(&b, 5) <= MAX_BSID) {
		bits_init(&b, p + 2, (n < MAX_HEAD ? n : MAX_HEAD) - 2);
		if (plain(&u, &b) == -1)
			return bad();
		*len = u.len;
		return n >= u.len;
	}
	/* The head of the next one says whether that belongs to this. */
	do {
		const uint8_t *q = p + at;
		bool own = q[2] >> 6 != DEPENDENT && (q[2] >> 3 & 7) == 0;

		if ((q[0] << 8 | q[1]) != SYNC_WORD || own == (at > 0))
			return at > 0 ? 1 : bad();
		size = 2 * ((size_t)((q[2] & 7) << 8 | q[3]) + 1);
		if (size < AC3_HEAD || size > AC3_UNIT_MAX - at)
			return bad();
		at += size;
		*len = at;
	} while (at + AC3_HEAD <= n);
	return last && at <= n;
}
