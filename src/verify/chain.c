#include "chain.h"

#include <errno.h>
#include <string.h>

int
chain_init(struct chain *c, struct log *l)
{
	*c = (struct chain){.reader = log_reader_open(l, 1)};
	return c->reader == NULL ? -1 : 0;
}

void
chain_fini(struct chain *c)
{
	log_reader_close(c->reader);
	c->reader = NULL;
}

static int
broken(struct chain *c, uint64_t seq, const char *fault)
{
	c->fault_seq = seq;
	c->fault = fault;
	errno = EBADMSG;
	return -1;
}

int
chain_next(struct chain *c)
{
	struct log_block b = {0};
	struct block k, walk;
	struct str event;
	uint64_t removed = c->removed;
	const char *why;
	int n = log_reader_block(c->reader, &b);

	if (n == -1 && errno == EBADMSG)
		return broken(c, b.first, log_reader_why(c->reader));
	if (n != 1)
		return n;
	if (b.first != c->last + 1)
		return broken(c, c->last + 1, "no block begins here");
	if (block_open(&k, b.first, b.bytes.p, b.bytes.len, &why) == -1)
		return broken(c, b.first, why);
	if (memcmp(k.before, c->digest, sizeof(c->digest)) != 0)
		return broken(c, b.first,
		    "the block does not bear the digest of the one before");
	walk = k;
	while ((n = block_next(&walk, &event)) == 1)
		removed += event.p == NULL;
	if (n == -1 || block_digest(&k, c->digest) == -1)
		return broken(c, b.first, "the block holds less than it says");
	c->removed = removed;
	c->last = b.first + b.count - 1;
	return 1;
}
