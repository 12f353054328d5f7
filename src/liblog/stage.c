#include "stage.h"
#include "digester.h"

#include <errno.h>
#include <stdlib.h>

/* Where an event's bytes lie in the block. */
struct span {
	size_t at, end;
};

struct stage {
	struct buf block;
	struct span span[BLOCK_MAX_EVENTS];
	size_t count;
	size_t put; /* where the event that was put begins */
	struct block sealed;
	struct digester *digester;
};

struct stage *
stage_open(void)
{
	struct stage *s = calloc(1, sizeof(*s));

	if (s == NULL)
		return NULL;
	/* Events that are hashed beside must not move, so all the block may
	 * take is reserved: memory only where it is used. */
	buf_init(&s->block, BLOCK_MAX_BYTES);
	if (buf_reserve(&s->block, BLOCK_MAX_BYTES) == 0 &&
	    (s->digester = digester_open()) != NULL)
		return s;
	stage_close(s);
	errno = ENOMEM;
	return NULL;
}

void
stage_close(struct stage *s)
{
	if (s == NULL)
		return;
	digester_close(s->digester);
	buf_fini(&s->block);
	free(s);
}

int
stage_begin(struct stage *s)
{
	buf_reset(&s->block);
	if (block_begin(&s->block) == -1)
		return -1;
	digester_begin(s->digester);
	s->count = 0;
	return 0;
}

int
stage_put(struct stage *s, const struct event *e)
{
	s->put = s->block.len;
	if (s->count == BLOCK_MAX_EVENTS) {
		errno = EAGAIN;
		return -1;
	}
	if (block_event_begin(&s->block) == -1 ||
	    event_encode(e, &s->block) == -1) {
		s->block.len = s->put;
		s->block.failed = false;
		/* It may have room in the next block. */
		errno = errno == EMSGSIZE ? EAGAIN : errno;
		return -1;
	}
	block_event_end(&s->block, s->put);
	return 0;
}

void
stage_keep(struct stage *s)
{
	s->span[s->count++] = (struct span){s->put + 4, s->block.len};
	digester_event(s->digester, stage_event(s, s->count - 1));
}

void
stage_drop(struct stage *s)
{
	s->block.len = s->put;
}

size_t
stage_count(const struct stage *s)
{
	return s->count;
}

struct str
stage_event(const struct stage *s, size_t i)
{
	const struct span *at = &s->span[i];

	return (struct str){
	    (const char *)s->block.p + at->at, at->end - at->at};
}

const struct block *
stage_seal(struct stage *s, uint64_t first_seq, uint64_t time_us,
    const uint8_t before[BLOCK_DIGEST_BYTES])
{
	block_seal(&s->block, first_seq, (uint32_t)s->count, time_us, before);
	block_own(&s->sealed, &s->block);
	return &s->sealed;
}

struct buf *
stage_bytes(struct stage *s)
{
	return &s->block;
}

void
stage_digest(struct stage *s, uint8_t digest[BLOCK_DIGEST_BYTES])
{
	digester_end(s->digester, &s->sealed, digest);
}
