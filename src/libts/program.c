#include "program.h"

#include <errno.h>
#include <string.h>

enum {
	TABLE_PAT = 0,
	TABLE_PMT = 2,
	HEAD = 8, /* up to last_section_number */
	CRC = 4,
	/* Descriptors: 2.6.8, and those of ETSI EN 300 468. */
	DESCRIPTOR_REGISTRATION = 0x05,
	DESCRIPTOR_AC3 = 0x6a,
	DESCRIPTOR_EAC3 = 0x7a,
	DESCRIPTOR_EXTENSION = 0x7f,
	EXTENSION_OPUS = 0x80,
	TYPE_PRIVATE = 0x06,
	OPUS_NOT_SAID = 0x100
};

#define NAME(a, b, c, d)                                                       \
	((uint32_t)(a) << 24 | (uint32_t)(b) << 16 | (uint32_t)(c) << 8 |      \
	    (uint32_t)(d))

/* stream_type (table 2-34, and what others registered). */
static const struct {
	unsigned type;
	enum media_codec codec;
	const char *why;
} types[] = {
    {0x1b, MEDIA_H264, NULL},
    {0x24, MEDIA_HEVC, NULL},
    {0x0f, MEDIA_AAC, NULL},
    {0x03, MEDIA_MP3, NULL},
    {0x04, MEDIA_MP3, NULL},
    {0x81, MEDIA_AC3, NULL},
    {0x87, MEDIA_EAC3, NULL},
    {0x01, MEDIA_UNKNOWN, "MPEG-1 video is not supported"},
    {0x02, MEDIA_UNKNOWN, "MPEG-2 video is not supported"},
    {0x10, MEDIA_UNKNOWN, "MPEG-4 part 2 video is not supported"},
    {0x11, MEDIA_UNKNOWN, "AAC in LATM is not supported; send it with ADTS"},
    {0x1c, MEDIA_UNKNOWN, "AAC without ADTS is not supported"},
    {0x21, MEDIA_UNKNOWN, "JPEG 2000 is not supported"},
    {0x32, MEDIA_UNKNOWN, "JPEG XS is not supported"},
    {0x33, MEDIA_UNKNOWN, "VVC is not supported"},
    {0x82, MEDIA_UNKNOWN, "DTS sound is not supported"},
    {0x83, MEDIA_UNKNOWN, "TrueHD sound is not supported"},
    {0x85, MEDIA_UNKNOWN, "DTS sound is not supported"},
    {0x86, MEDIA_UNKNOWN, "splice information is not used"},
    {0x15, MEDIA_UNKNOWN, "metadata is not used"},
};

/* What a registration descriptor calls it. */
static const struct {
	uint32_t name;
	enum media_codec codec;
	const char *why;
} names[] = {
    {NAME('O', 'p', 'u', 's'), MEDIA_OPUS, NULL},
    {NAME('A', 'C', '-', '3'), MEDIA_AC3, NULL},
    {NAME('E', 'A', 'C', '3'), MEDIA_EAC3, NULL},
    {NAME('H', 'E', 'V', 'C'), MEDIA_HEVC, NULL},
    {NAME('A', 'V', '0', '1'), MEDIA_UNKNOWN,
	"AV1 in a transport stream is not supported"},
    {NAME('B', 'S', 'S', 'D'), MEDIA_UNKNOWN, "PCM sound is not supported"},
    {NAME('K', 'L', 'V', 'A'), MEDIA_UNKNOWN, "metadata is not used"},
};

static unsigned
be16(const uint8_t *p)
{
	return (unsigned)(p[0] << 8 | p[1]);
}

static void
descriptor(struct program_stream *s, unsigned tag, const uint8_t *p, size_t n)
{
	if (tag == DESCRIPTOR_AC3)
		s->codec = MEDIA_AC3;
	if (tag == DESCRIPTOR_EAC3)
		s->codec = MEDIA_EAC3;
	if (tag == DESCRIPTOR_EXTENSION && n >= 2 && p[0] == EXTENSION_OPUS)
		s->channels = p[1];
	if (tag != DESCRIPTOR_REGISTRATION || n < 4)
		return;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (names[i].name == NAME(p[0], p[1], p[2], p[3])) {
			s->codec = names[i].codec;
			s->why = names[i].why;
		}
}

/* Fill S from its type and the N bytes of its descriptors. */
static void
identify(struct program_stream *s, const uint8_t *p, size_t n)
{
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (types[i].type == s->type) {
			s->codec = types[i].codec;
			s->why = types[i].why;
			return;
		}
	s->why = s->type == TYPE_PRIVATE
		     ? "private data (subtitles, teletext) is not used"
		     : "this type of stream is not known";
	s->channels = OPUS_NOT_SAID;
	/* What is private in the type is told by the descriptors. */
	for (; n >= 2 && n - 2 >= p[1]; n -= 2u + p[1], p += 2 + p[1])
		descriptor(s, p[0], p + 2, p[1]);
	if (s->codec == MEDIA_OPUS && s->channels == OPUS_NOT_SAID) {
		s->codec = MEDIA_UNKNOWN;
		s->why = "Opus without its channels is not supported";
	}
	if (s->codec != MEDIA_UNKNOWN)
		s->why = NULL;
}

/* 1 when P begins as a whole TABLE in force, else as said above. */
static int
begins(const uint8_t *p, size_t len, unsigned table)
{
	if (len < HEAD + CRC || (p[1] & 0x80) == 0) {
		errno = EBADMSG;
		return -1;
	}
	return p[0] == table && (p[5] & 1);
}

int
program_list_parse(struct program_list *l, const uint8_t *p, size_t len)
{
	int rc = begins(p, len, TABLE_PAT);

	if (rc != 1)
		return rc;
	l->n = 0;
	for (size_t i = HEAD; i + 4 + CRC <= len && l->n < PROGRAM_MAX;
	     i += 4) {
		unsigned number = be16(p + i);

		if (number == 0) /* the network's own */
			continue;
		l->program[l->n].number = number;
		l->program[l->n++].pid = be16(p + i + 2) & 0x1fff;
	}
	return 1;
}

int
program_map_parse(struct program_map *m, const uint8_t *p, size_t len)
{
	const uint8_t *end = p + len - CRC;
	size_t n;
	int rc = begins(p, len, TABLE_PMT);

	if (rc != 1)
		return rc;
	*m = (struct program_map){.number = be16(p + 3)};
	if (len < HEAD + 4 + CRC)
		goto bad;
	m->pcr_pid = be16(p + HEAD) & 0x1fff;
	n = be16(p + HEAD + 2) & 0xfff;
	p += HEAD + 4;
	if (n > (size_t)(end - p))
		goto bad;
	for (p += n; end - p >= 5; p += n) {
		struct program_stream s = {
		    .type = p[0], .pid = be16(p + 1) & 0x1fff};

		n = be16(p + 3) & 0xfff;
		p += 5;
		if (n > (size_t)(end - p))
			goto bad;
		identify(&s, p, n);
		if (m->n == PROGRAM_STREAMS)
			break;
		m->media = m->media || s.codec != MEDIA_UNKNOWN;
		m->stream[m->n++] = s;
	}
	return 1;
bad:
	errno = EBADMSG;
	return -1;
}
