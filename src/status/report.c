#include "report.h"
#include "clock.h"

#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <string.h>

enum { STALE_US = 10 * 1000 * 1000 }; /* no segment for that long: odd */

/* Colours, or nothing (ECMA-48, section 8.3.117). */
struct paint {
	const char *good, *bad, *odd, *strong, *off;
};
static const struct paint paints[2] = {
    {"", "", "", "", ""},
    {"\033[32m", "\033[1;31m", "\033[33m", "\033[1m", "\033[0m"},
};

void
report_length(char dst[REPORT_LENGTH_SIZE], uint64_t us)
{
	static const struct {
		uint64_t s;
		const char *big, *small;
		uint64_t part;
	} steps[] = {{86400, "d", "h", 3600}, {3600, "h", "min", 60},
	    {60, "min", "s", 1}};
	uint64_t t = us / 1000000;

	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++)
		if (t >= steps[i].s) {
			(void)snprintf(dst, REPORT_LENGTH_SIZE,
			    "%" PRIu64 " %s %" PRIu64 " %s", t / steps[i].s,
			    steps[i].big, t % steps[i].s / steps[i].part,
			    steps[i].small);
			return;
		}
	if (t >= 10)
		(void)snprintf(dst, REPORT_LENGTH_SIZE, "%" PRIu64 " s", t);
	else
		(void)snprintf(dst, REPORT_LENGTH_SIZE,
		    "%" PRIu64 ".%" PRIu64 " s", t, us / 100000 % 10);
}

uint64_t
report_bit_rate(uint64_t bytes, uint64_t media_us)
{
	uint64_t bit_us;

	if (media_us == 0 || __builtin_mul_overflow(bytes, 8000000, &bit_us))
		return 0;
	return bit_us / media_us;
}

static void
print_rate(FILE *f, uint64_t bits)
{
	if (bits >= 1000000)
		fprintf(f, "%.1f Mbit/s", (double)bits / 1e6);
	else
		fprintf(f, "%" PRIu64 " kbit/s", bits / 1000);
}

/* Time since THEN_US; a clock that stepped back makes it none. */
static uint64_t
since(const struct report *r, uint64_t then_us)
{
	return r->now_us > then_us ? r->now_us - then_us : 0;
}

/* What a process state means to whoever reads this; NULL: all is well. */
static const char *
odd_state(char state)
{
	switch (state) {
	case 'T':
	case 't':
		return "stopped by a signal";
	case 'Z':
	case 'X':
		return "dead";
	case 'D':
		return "waiting for the disk";
	default:
		return NULL;
	}
}

static void
print_daemon(const struct report_daemon *d, FILE *f, const struct paint *p)
{
	const char *odd = odd_state(d->proc.state);
	char up[REPORT_LENGTH_SIZE];

	if (d->proc.pid == 0) {
		fprintf(f, "%-12s %snot running%s\n", d->name, p->bad, p->off);
		return;
	}
	report_length(up, d->proc.up_us);
	fprintf(f, "%-12s %s%s%s for %s, %.1f MB, pid %ld\n", d->name,
	    odd != NULL ? p->odd : p->good, odd != NULL ? odd : "running",
	    p->off, up, (double)d->proc.memory_bytes / 1e6, (long)d->proc.pid);
}

static void
print_track(const struct report *r, const struct onair_track *t, FILE *f,
    const struct paint *p)
{
	char ago[REPORT_LENGTH_SIZE];
	uint64_t late = since(r, t->last_us);

	fprintf(f, "    %-8s %s", t->name, t->codecs);
	if (t->width > 0)
		fprintf(f, ", %" PRIu64 "x%" PRIu64, t->width, t->height);
	if (t->frame_rate_mhz > 0)
		fprintf(f, ", %.4g frames/s", (double)t->frame_rate_mhz / 1e3);
	if (t->sample_rate_hz > 0)
		fprintf(f, ", %" PRIu64 " Hz, %" PRIu64 " ch",
		    t->sample_rate_hz, t->channels);
	if (t->media_us > 0) {
		fprintf(f, ", ");
		print_rate(f, report_bit_rate(t->bytes, t->media_us));
	}
	if (t->segments == 0) {
		fprintf(f, ", %sno segment yet%s\n", p->odd, p->off);
		return;
	}
	report_length(ago, late);
	fprintf(f, ", %" PRIu64 " segment%s, the last one %s%s ago%s\n",
	    t->segments, t->segments == 1 ? "" : "s",
	    late > STALE_US ? p->odd : "", ago, late > STALE_US ? p->off : "");
}

/* Is track I another rendition of a picture that is before it? */
static bool
is_rung(const struct onair_channel *c, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (strcmp(c->track[i].kind, "video") == 0 &&
		    strcmp(c->track[k].kind, "video") == 0)
			return true;
	return false;
}

/* The renditions of C's picture in a line. */
static void
print_rungs(const struct report *r, const struct onair_channel *c, FILE *f,
    const struct paint *p)
{
	const char *before = "    rungs    ";
	char ago[REPORT_LENGTH_SIZE];

	for (size_t i = 0; i < c->tracks; i++) {
		const struct onair_track *t = &c->track[i];
		uint64_t late = since(r, t->last_us);

		if (!is_rung(c, i))
			continue;
		fprintf(f, "%s%" PRIu64 "p", before, t->height);
		before = ", ";
		if (t->media_us > 0) {
			fprintf(f, " ");
			print_rate(f, report_bit_rate(t->bytes, t->media_us));
		}
		if (t->segments > 0 && late > STALE_US) {
			report_length(ago, late);
			fprintf(f, " %ssilent for %s%s", p->odd, ago, p->off);
		}
	}
	if (before[0] == ',')
		fprintf(f, "\n");
}

static void
print_interruption(const struct report *r, const struct onair_channel *c,
    FILE *f, const struct paint *p)
{
	uint64_t until = c->until_us > r->now_us ? c->until_us - r->now_us : 0;
	char ago[REPORT_LENGTH_SIZE], left[REPORT_LENGTH_SIZE];

	report_length(ago, since(r, c->interrupted_us));
	report_length(left, until);
	fprintf(f, ", %sgone %s ago, waited for %s more%s", p->odd, ago, left,
	    p->off);
}

/* How the way from the encoder is, where that is known. */
static void
print_link(const struct onair_link *l, FILE *f, const struct paint *p)
{
	if (l->latency_us == 0)
		return;
	fprintf(f,
	    "    round trip %.1f ms, latency %" PRIu64 " ms, %" PRIu64
	    " packets lost, %" PRIu64 " sent again, %s%" PRIu64 " late%s\n",
	    (double)l->rtt_us / 1e3, l->latency_us / 1000, l->lost_packets,
	    l->retransmitted_packets, l->late_packets > 0 ? p->odd : "",
	    l->late_packets, l->late_packets > 0 ? p->off : "");
}

/* True when what takes C's protocol runs. */
static bool
received(const struct report *r, const struct onair_channel *c)
{
	return (strcmp(c->protocol, "srt") == 0 ? r->publish_srt
						: r->publish)[0] != '\0';
}

/* What was heard of it, on a line. */
static void
print_health(const struct health *h, FILE *f, const struct paint *p)
{
	fprintf(f, "    comes in at ");
	print_rate(f, health_bit_rate(h));
	fprintf(f, ", %.3g frames/s", (double)health_frame_rate_mhz(h) / 1e3);
	if (h->keyframe_us > 0)
		fprintf(f, ", keyframes every %.3g s",
		    (double)h->keyframe_us / 1e6);
	if (h->sound_us > 0)
		fprintf(f, ", sound at %.0f dB", -(double)h->rms_mdb / 1e3);
	fprintf(f, ", %s%" PRIu64 " dropped%s\n",
	    h->dropped_frames > 0 ? p->odd : "", h->dropped_frames,
	    h->dropped_frames > 0 ? p->off : "");
}

static void
print_channel(const struct report *r, const struct onair_channel *c, FILE *f,
    const struct paint *p)
{
	struct health_warning warning[HEALTH_MAX_WARNINGS];
	char length[REPORT_LENGTH_SIZE];
	size_t n;

	report_length(length, since(r, c->since_us));
	fprintf(f, "\n%s%s%s ", p->strong, c->name, p->off);
	/* Only what receives it can end it, so it is not over, but stuck. */
	if (received(r, c))
		fprintf(f, "is live for %s", length);
	else
		fprintf(f, "%swent live %s ago; its end is not in the log%s",
		    p->odd, length, p->off);
	if (c->title[0] != '\0')
		fprintf(f, ": %s", c->title);
	fprintf(f, "\n    over %s%s%s", c->protocol,
	    c->encoder[0] != '\0' ? " from " : "", c->encoder);
	if (c->interrupted_us > 0)
		print_interruption(r, c, f, p);
	if (c->restarts > 0)
		fprintf(f,
		    ", %sits pipeline was restarted %" PRIu64 " time%s%s",
		    p->odd, c->restarts, c->restarts == 1 ? "" : "s", p->off);
	fprintf(f, "\n");
	if (r->watch[0] != '\0')
		fprintf(f, "    http://%s/@%s\n", r->watch, c->name);
	for (size_t i = 0; i < c->tracks; i++)
		if (!is_rung(c, i))
			print_track(r, &c->track[i], f, p);
	print_rungs(r, c, f, p);
	if (c->health.period_us > 0)
		print_health(&c->health, f, p);
	print_link(&c->link, f, p);
	n = onair_judge(c, warning);
	for (size_t i = 0; i < n; i++)
		fprintf(f, "    %s! %s%s\n", p->odd, warning[i].text, p->off);
}

void
report_print(const struct report *r, FILE *f, bool colour)
{
	const struct paint *p = &paints[colour];

	for (size_t i = 0; i < r->daemons; i++)
		print_daemon(&r->daemon[i], f, p);
	if (!r->log_there) {
		fprintf(f, "\nThere is no log in %s yet.\n", r->state);
		return;
	}
	for (size_t i = 0; i < r->onair.len; i++)
		print_channel(r, &r->onair.channel[i], f, p);
	fprintf(f,
	    "\n%" PRIu64 " channel%s, %" PRIu64 " live; %" PRIu64
	    " event%s in the log\n",
	    r->onair.channels, r->onair.channels == 1 ? "" : "s", r->onair.live,
	    r->onair.head, r->onair.head == 1 ? "" : "s");
}

/* Jansson has signed integers; our numbers never come near their end. */
static json_t *
number(uint64_t n)
{
	return json_integer((json_int_t)n);
}

static json_t *
text_or_null(const char *s)
{
	return *s != '\0' ? json_string(s) : json_null();
}

static json_t *
daemon_json(const struct report_daemon *d)
{
	char state[2] = {d->proc.state, '\0'};

	if (d->proc.pid == 0)
		return json_pack(
		    "{s:s, s:b}", "name", d->name, "running", false);
	return json_pack("{s:s, s:b, s:o, s:s, s:o, s:o, s:o}", "name", d->name,
	    "running", true, "pid", number((uint64_t)d->proc.pid), "state",
	    state, "up_us", number(d->proc.up_us), "cpu_us",
	    number(d->proc.cpu_us), "memory_bytes",
	    number(d->proc.memory_bytes));
}

static json_t *
track_json(const struct report *r, const struct onair_track *t)
{
	json_t *j = json_pack("{s:s, s:s, s:s, s:o, s:o}", "name", t->name,
	    "kind", t->kind, "codecs", t->codecs, "segments",
	    number(t->segments), "bits_per_second",
	    number(report_bit_rate(t->bytes, t->media_us)));
	const struct {
		const char *key;
		uint64_t value;
	} rest[] = {
	    {"width", t->width},
	    {"height", t->height},
	    {"frame_rate_mhz", t->frame_rate_mhz},
	    {"sample_rate_hz", t->sample_rate_hz},
	    {"channels", t->channels},
	    {"last_segment_age_us", t->segments > 0 ? since(r, t->last_us) : 0},
	};

	for (size_t i = 0; j != NULL && i < sizeof(rest) / sizeof(rest[0]); i++)
		if (rest[i].value > 0 && json_object_set_new(j, rest[i].key,
					     number(rest[i].value)) == -1) {
			json_decref(j);
			return NULL;
		}
	return j;
}

static json_t *
ingest_json(const struct onair_channel *c)
{
	const struct health *h = &c->health;
	const struct onair_link *l = &c->link;

	if (h->period_us == 0)
		return json_null();
	return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}",
	    "period_us", number(h->period_us), "bytes", number(h->bytes),
	    "video_frames", number(h->video_frames), "dropped_frames",
	    number(h->dropped_frames), "rtt_us", number(l->rtt_us),
	    "latency_us", number(l->latency_us), "lost_packets",
	    number(l->lost_packets), "retransmitted_packets",
	    number(l->retransmitted_packets), "late_packets",
	    number(l->late_packets));
}

static json_t *
stream_json(const struct health *h)
{
	if (h->stream_us == 0)
		return json_null();
	return json_pack("{s:o, s:o, s:o, s:o}", "frame_rate_mhz",
	    number(health_frame_rate_mhz(h)), "keyframe_us",
	    number(h->keyframe_us), "step_min_us", number(h->step_min_us),
	    "step_max_us", number(h->step_max_us));
}

static json_t *
sound_json(const struct health *h)
{
	if (h->sound_us == 0)
		return json_null();
	return json_pack("{s:f, s:f}", "rms_dbfs", -(double)h->rms_mdb / 1e3,
	    "peak_dbfs", -(double)h->peak_mdb / 1e3);
}

static json_t *
warnings_json(const struct onair_channel *c)
{
	struct health_warning w[HEALTH_MAX_WARNINGS];
	size_t n = onair_judge(c, w);
	json_t *a = json_array();

	for (size_t i = 0; i < n; i++)
		(void)json_array_append_new(
		    a, json_pack("{s:s, s:s}", "code", w[i].code, "message",
			   w[i].text));
	return a;
}

static json_t *
channel_json(const struct report *r, const struct onair_channel *c)
{
	char at[CLOCK_RFC3339_SIZE], gone[CLOCK_RFC3339_SIZE];
	json_t *tracks = json_array();

	for (size_t i = 0; i < c->tracks; i++)
		if (json_array_append_new(
			tracks, track_json(r, &c->track[i])) == -1) {
			json_decref(tracks);
			return NULL;
		}
	clock_rfc3339(c->since_us, at);
	clock_rfc3339(c->interrupted_us, gone);
	return json_pack("{s:s, s:o, s:s, s:s, s:o, s:s, s:s?, s:o, s:o, s:o, "
			 "s:o, s:o, s:o}",
	    "name", c->name, "title", text_or_null(c->title), "broadcast",
	    c->broadcast, "protocol", c->protocol, "encoder",
	    text_or_null(c->encoder), "since", at, "interrupted_since",
	    c->interrupted_us > 0 ? gone : NULL, "pipeline_restarts",
	    number(c->restarts), "tracks", tracks, "ingest", ingest_json(c),
	    "stream", stream_json(&c->health), "sound", sound_json(&c->health),
	    "warnings", warnings_json(c));
}

static json_t *
daemons_json(const struct report *r)
{
	json_t *a = json_array();

	for (size_t i = 0; i < r->daemons; i++)
		if (json_array_append_new(a, daemon_json(&r->daemon[i])) ==
		    -1) {
			json_decref(a);
			return NULL;
		}
	return a;
}

static json_t *
live_json(const struct report *r)
{
	json_t *a = json_array();

	for (size_t i = 0; i < r->onair.len; i++)
		if (json_array_append_new(
			a, channel_json(r, &r->onair.channel[i])) == -1) {
			json_decref(a);
			return NULL;
		}
	return a;
}

int
report_json(const struct report *r, FILE *f)
{
	json_t *log = r->log_there ? json_pack("{s:o, s:o}", "events",
					 number(r->onair.head), "channels",
					 number(r->onair.channels))
				   : json_null();
	json_t *all = json_pack("{s:o, s:o, s:o, s:o, s:s, s:s, s:o, s:o}",
	    "daemons", daemons_json(r), "watch", text_or_null(r->watch),
	    "publish", text_or_null(r->publish), "publish_srt",
	    text_or_null(r->publish_srt), "state", r->state, "run", r->run,
	    "log", log, "live", live_json(r));
	int rc;

	if (all == NULL) {
		errno = ENOMEM;
		return -1;
	}
	rc = json_dumpf(all, f, JSON_COMPACT);
	json_decref(all);
	return rc == 0 && fputc('\n', f) != EOF ? 0 : -1;
}
