#include "gate.h"
#include "clock.h"
#include "journal.h"
#include "passage.h"
#include "streamid.h"

#include <errno.h>
#include <netdb.h>
#include <pthread.h>
#include <srt/access_control.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { VERDICTS = 64, ADDRESSES = 256, VERSION_5 = 5, GOODBYE = -1 };

/* Wrong keys of late, of addresses that share the place. */
struct guesses {
	uint64_t since_ms;
	unsigned n;
};

struct gate {
	struct gate_setup setup;
	struct passage *passage;
	struct guesses guesses[ADDRESSES];
	pthread_mutex_t mutex; /* of what follows */
	bool shut;
	struct gate_verdict verdict[VERDICTS];
	size_t first, verdicts;
};

/* What is known of the one who asks. */
struct visitor {
	struct gate *gate;
	SRTSOCKET socket;
	struct guest guest;
};

static uint64_t
now(void)
{
	return clock_mono_us() / 1000;
}

struct gate *
gate_open(const struct gate_setup *setup)
{
	struct gate *g = calloc(1, sizeof(*g));

	if (g == NULL)
		return NULL;
	g->setup = *setup;
	if ((g->passage = passage_open(setup->source)) == NULL) {
		free(g);
		return NULL;
	}
	(void)pthread_mutex_init(&g->mutex, NULL);
	return g;
}

void
gate_close(struct gate *g)
{
	if (g == NULL)
		return;
	passage_close(g->passage);
	(void)pthread_mutex_destroy(&g->mutex);
	free(g);
}

void
gate_shut(struct gate *g)
{
	(void)pthread_mutex_lock(&g->mutex);
	g->shut = true;
	(void)pthread_mutex_unlock(&g->mutex);
}

static bool
is_shut(struct gate *g)
{
	bool shut;

	(void)pthread_mutex_lock(&g->mutex);
	shut = g->shut;
	(void)pthread_mutex_unlock(&g->mutex);
	return shut;
}

bool
gate_verdict(struct gate *g, struct gate_verdict *v)
{
	bool any;

	(void)pthread_mutex_lock(&g->mutex);
	if ((any = g->verdicts > 0)) {
		*v = g->verdict[g->first];
		g->first = (g->first + 1) % VERDICTS;
		g->verdicts--;
	}
	(void)pthread_mutex_unlock(&g->mutex);
	return any;
}

/* Say no with libsrt's CODE; WHY is for the log.  What libsrt is told. */
static int
refuse(struct visitor *v, int code, enum refusal refusal, const char *why)
{
	struct gate *g = v->gate;
	struct gate_verdict *said;

	(void)srt_setrejectreason(v->socket, code);
	(void)pthread_mutex_lock(&g->mutex);
	/* Of more than that the newest go: they are of the same making. */
	if (g->verdicts < VERDICTS) {
		said = &g->verdict[(g->first + g->verdicts++) % VERDICTS];
		*said = (struct gate_verdict){.refusal = refusal};
		(void)snprintf(
		    said->host, sizeof(said->host), "%s", v->guest.host);
		(void)snprintf(
		    said->port, sizeof(said->port), "%s", v->guest.port);
		(void)snprintf(said->channel, sizeof(said->channel), "%s",
		    v->guest.channel);
		(void)snprintf(said->why, sizeof(said->why), "%s", why);
	}
	(void)pthread_mutex_unlock(&g->mutex);
	return GOODBYE;
}

static struct guesses *
guesses_of(struct gate *g, const char *host)
{
	uint32_t h = 2166136261U; /* FNV-1a */

	for (; *host != '\0'; host++)
		h = (h ^ (unsigned char)*host) * 16777619U;
	return &g->guesses[h % ADDRESSES];
}

/* True when HOST guessed wrong too often; BAD: it just did. */
static bool
guesses_much(struct gate *g, const char *host, bool bad)
{
	struct guesses *s = guesses_of(g, host);
	uint64_t now_ms = now();

	if (now_ms >= s->since_ms + GATE_GUESSES_MS)
		*s = (struct guesses){.since_ms = now_ms};
	s->n += bad;
	return s->n >= GATE_GUESSES;
}

static int
refuse_room(struct visitor *v, enum roster_room room)
{
	return refuse(v, SRT_REJX_OVERLOAD, REFUSAL_LIMIT,
	    room == ROSTER_FULL           ? "too many connections"
	    : room == ROSTER_FULL_ADDRESS ? "too many connections of one "
					    "address"
					  : "out of memory");
}

/* Before anything is asked: what the stream id says.  0, or GOODBYE. */
static int
judge_words(struct visitor *v, struct streamid *id, const char *text)
{
	const char *why;

	if (streamid_parse(
		id, text, strnlen(text, STREAMID_MAX_BYTES + 1), &why) == -1)
		return refuse(v, SRT_REJX_BAD_REQUEST, REFUSAL_PROTOCOL, why);
	(void)str_copy(v->guest.name, sizeof(v->guest.name), id->name);
	if (id->mode == STREAMID_REQUEST)
		return refuse(v, SRT_REJX_BAD_MODE, REFUSAL_PLAY,
		    "streams are only taken here; watch in a browser");
	if (id->mode != STREAMID_PUBLISH)
		return refuse(v, SRT_REJX_BAD_MODE, REFUSAL_PROTOCOL,
		    "this mode is not served; publish");
	if (!id->media)
		return refuse(v, SRT_REJX_NOTSUP_MEDIA, REFUSAL_PROTOCOL,
		    "only streams are taken, and no files");
	if (id->keys == 0)
		return refuse(v, SRT_REJX_UNAUTHORIZED, REFUSAL_KEY,
		    "there is no stream key in the stream id");
	return 0;
}

/* Is the channel taken, as far as is known?  0, or GOODBYE. */
static int
judge_channel(struct visitor *v, const struct passage_answer *a)
{
	const struct gate_setup *s = &v->gate->setup;
	uint64_t heard_ms;

	if (a->open && !a->ours)
		return refuse(v, SRT_REJX_CONFLICT, REFUSAL_BUSY,
		    "the channel is live by other means");
	heard_ms = roster_last_heard(s->roster, v->guest.channel);
	if (s->takeover == TAKEOVER_ALWAYS || heard_ms == 0)
		return 0;
	if (s->takeover == TAKEOVER_IDLE && now() >= heard_ms + GATE_IDLE_MS)
		return 0;
	return refuse(
	    v, SRT_REJX_CONFLICT, REFUSAL_BUSY, "the channel is live already");
}

/* What the log says of the key and its channel.  0, or GOODBYE. */
static int
judge_key(struct visitor *v, const struct streamid *id)
{
	struct passage_answer a;
	int rc = 0;

	switch (passage_ask(v->gate->passage, id, &a)) {
	case PASSAGE_OPEN:
		break;
	case PASSAGE_NO_KEY:
		(void)guesses_much(v->gate, v->guest.host, true);
		return refuse(v, SRT_REJX_UNAUTHORIZED, REFUSAL_KEY,
		    "no channel has this stream key");
	case PASSAGE_OTHER_CHANNEL:
		(void)snprintf(v->guest.channel, sizeof(v->guest.channel), "%s",
		    a.channel);
		return refuse(v, SRT_REJX_FORBIDDEN, REFUSAL_KEY,
		    "the stream key opens another channel than was named");
	case PASSAGE_NO_SECRET:
		return refuse(v, SRT_REJX_FORBIDDEN, REFUSAL_KEY,
		    "the channel's passphrase is gone; set it again");
	case PASSAGE_SILENT:
	default:
		return refuse(v, SRT_REJX_DOWN, REFUSAL_LOG,
		    "the event log does not answer");
	}
	(void)snprintf(
	    v->guest.channel, sizeof(v->guest.channel), "%s", a.channel);
	(void)str_copy(v->guest.key, sizeof(v->guest.key), a.key);
	v->guest.secret = a.secret[0] != '\0';
	if (judge_channel(v, &a) == GOODBYE)
		rc = GOODBYE;
	else if (v->guest.secret &&
		 srt_setsockflag(v->socket, SRTO_PASSPHRASE, a.secret,
		     (int)strlen(a.secret)) == SRT_ERROR)
		rc = refuse(v, SRT_REJX_ISE, REFUSAL_LOG,
		    "libsrt does not take the channel's passphrase");
	passage_wipe(&a);
	return rc;
}

int
gate_judge(void *opaque, SRTSOCKET socket, int version,
    const struct sockaddr *peer, const char *streamid)
{
	struct visitor v = {.gate = opaque, .socket = socket};
	const socklen_t len = peer->sa_family == AF_INET6
				  ? sizeof(struct sockaddr_in6)
				  : sizeof(struct sockaddr_in);
	const uint64_t one = 1;
	enum roster_room room;
	struct streamid id;

	v.guest = (struct guest){.socket = socket, .since_ms = now()};
	if (getnameinfo(peer, len, v.guest.host, sizeof(v.guest.host),
		v.guest.port, sizeof(v.guest.port),
		NI_NUMERICHOST | NI_NUMERICSERV) != 0)
		return GOODBYE;
	if (is_shut(v.gate))
		return refuse(&v, SRT_REJX_DOWN, REFUSAL_STOPPING,
		    "the server is restarting");
	if (version < VERSION_5)
		return refuse(&v, SRT_REJX_VERSION, REFUSAL_PROTOCOL,
		    "SRT before 1.3 has no stream ids");
	if (guesses_much(v.gate, v.guest.host, false))
		return refuse(&v, SRT_REJX_OVERLOAD, REFUSAL_LIMIT,
		    "too many wrong keys of one address");
	room = roster_room(v.gate->setup.roster, v.guest.host);
	if (room != ROSTER_ROOM)
		return refuse_room(&v, room);
	if (judge_words(&v, &id, streamid) == GOODBYE ||
	    judge_key(&v, &id) == GOODBYE)
		return GOODBYE;
	room = roster_arrive(v.gate->setup.roster, &v.guest);
	if (room != ROSTER_ROOM)
		return refuse_room(&v, room);
	(void)!write(v.gate->setup.wake_fd, &one, sizeof(one));
	return 0;
}
