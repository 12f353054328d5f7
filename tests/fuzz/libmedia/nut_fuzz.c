#include "nut.h"
#include "nut_wire.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);
size_t LLVMFuzzerCustomMutator(
    uint8_t *data, size_t size, size_t max, unsigned seed);
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct nut_reader *r = nut_reader_open();
	size_t step = len > 0 ? 1 + data[0] * (size_t)16 : 1, tracks = 0;
	struct nut_read e;
	enum nut_event event;

	if (r == NULL)
		return 0;
	while ((event = nut_reader_next(r, &e)) != NUT_FINISHED &&
	       event != NUT_BAD) {
		size_t room;
		uint8_t *space;

		if (event == NUT_HEADER) {
			tracks = e.tracks;
			if (tracks == 0 || tracks > MEDIA_MAX_TRACKS)
				abort();
		} else if (event == NUT_PACKET) {
			volatile uint8_t sum = 0;

			if (e.packet.track >= tracks || e.packet.pts < 0)
				abort();
			for (size_t i = 0; i < e.packet.len; i++)
				sum = (uint8_t)(sum + e.packet.data[i]);
		} else if (event == NUT_MORE) {
			if ((space = nut_reader_space(r, &room)) == NULL)
				break;
			room = room < step ? room : step;
			room = room < len ? room : len;
			memcpy(space, data, room);
			data += room;
			len -= room;
			if (room == 0)
				nut_reader_end(r);
			nut_reader_filled(r, room);
		}
	}
	nut_reader_close(r);
	return 0;
}

/* Make the checksums right again, or nothing gets past them. */
static void
mend(uint8_t *data, size_t size)
{
	static const uint8_t second[] = {'M', 'S', 'K', 'I', 'X'};

	for (size_t i = 0; i + 16 < size; i++) {
		uint64_t n = 0;
		size_t at = i + NUT_STARTCODE_SIZE;
		uint32_t crc;

		if (data[i] != 'N' ||
		    memchr(second, data[i + 1], sizeof(second)) == NULL)
			continue;
		do
			n = n << 7 | (data[at] & 0x7f);
		while (data[at++] & 0x80 && at < size && n < size);
		if (n < 4 || n > 4096 || n > size - at)
			continue;
		crc = nut_crc(0, data + at, (size_t)n - 4);
		for (unsigned j = 0; j < 4; j++)
			data[at + n - 4 + j] = (uint8_t)(crc >> (24 - 8 * j));
	}
}

size_t
LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max, unsigned seed)
{
	(void)seed;
	size = LLVMFuzzerMutate(data, size, max);
	mend(data, size);
	return size;
}
