#include "route.h"

#include "hex.h"
#include "live_window.h"
#include "num.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

enum { MAX_STEPS = 5 };

/* What RFC 3339 has, and numbers, besides letters: what they spell is judged
 * where it can be said what is wrong with it. */
static const char at_octets[] = "0123456789:.+-";

/* A path taken apart at its slashes, decoded. */
struct steps {
	char text[ROUTE_MAX_TARGET];
	struct str step[MAX_STEPS];
	size_t n; /* may be more than fit: no target of ours is that deep */
};

/*
 * Decode one octet at P into *C.  Its length there, or 0 when it is
 * malformed or an octet that no path of ours holds in this form.
 */
static size_t
octet(const char *p, size_t left, char *c)
{
	uint8_t byte;

	*c = *p;
	if ((unsigned char)*p <= ' ' || *p == 0x7f || *p == '\\')
		return 0;
	if (*p != '%')
		return 1;
	if (left < 3 || hex_decode(&byte, p + 1, 1) == -1)
		return 0;
	if (byte < ' ' || byte == 0x7f || byte == '/' || byte == '\\')
		return 0;
	*c = (char)byte;
	return 3;
}

static bool
is_dots(struct str s)
{
	return str_eqz(s, ".") || str_eqz(s, "..");
}

/* Split PATH, which begins with a slash, into decoded steps. */
static bool
split(struct str path, struct steps *s)
{
	char *out = s->text, *begin = out;

	s->n = 0;
	if (path.len == 0 || path.p[0] != '/' || path.len >= sizeof(s->text))
		return false;
	for (size_t i = 1, n = 0; i <= path.len; i += n) {
		struct str step;

		n = 1;
		if (i < path.len && path.p[i] != '/') {
			if ((n = octet(path.p + i, path.len - i, out)) == 0)
				return false;
			out++;
			continue;
		}
		step = (struct str){begin, (size_t)(out - begin)};
		if (is_dots(step))
			return false;
		if (s->n < MAX_STEPS)
			s->step[s->n] = step;
		s->n++;
		begin = out;
	}
	return true;
}

/* The decimal number S without leading zeros, so that each has one name. */
static bool
number(struct str s, uint64_t max, uint64_t *out)
{
	char text[24];

	return s.len > 0 && (s.p[0] != '0' || s.len == 1) && s.p[0] != '+' &&
	       str_copy(text, sizeof(text), s) == 0 &&
	       num_parse(text, 0, max, out) == 0;
}

static bool
name(struct str s, char dst[NAME_SIZE])
{
	return str_slug(s, NAME_SIZE - 1) && str_copy(dst, NAME_SIZE, s) == 0;
}

/* S without its end, which must be SUFFIX. */
static bool
cut(struct str *s, struct str suffix)
{
	if (s->len <= suffix.len ||
	    memcmp(s->p + s->len - suffix.len, suffix.p, suffix.len) != 0)
		return false;
	s->len -= suffix.len;
	return true;
}

/* /media/<broadcast>/<track>/init-<run>.mp4 and .../<msn>.m4s */
static bool
media_file(struct str file, struct route *r)
{
	uint64_t n;
	int len = -1;

	if (cut(&file, STR(".m4s")) && number(file, INT64_MAX, &n)) {
		r->segment = true;
		r->msn = n;
		len = snprintf(r->file, sizeof(r->file),
		    "%s/%s/%" PRIu64 ".m4s", r->broadcast, r->track, n);
	} else if (str_starts(file, STR("init-")) && cut(&file, STR(".mp4"))) {
		file.p += 5;
		file.len -= 5;
		if (number(file, UINT32_MAX, &n))
			len = snprintf(r->file, sizeof(r->file),
			    "%s/%s/init-%" PRIu64 ".mp4", r->broadcast,
			    r->track, n);
	}
	return len > 0 && (size_t)len < sizeof(r->file);
}

/* /media/<broadcast>/thumb/board-<n>.webp, or .jpg */
static bool
sheet_file(struct str file, struct route *r)
{
	bool webp = cut(&file, STR(".webp"));
	uint64_t n;
	int len = -1;

	if ((webp || cut(&file, STR(".jpg"))) &&
	    str_starts(file, STR("board-"))) {
		file.p += 6;
		file.len -= 6;
		if (number(file, UINT32_MAX, &n))
			len = snprintf(r->file, sizeof(r->file),
			    "%s/thumb/board-%" PRIu64 ".%s", r->broadcast, n,
			    webp ? "webp" : "jpg");
	}
	return len > 0 && (size_t)len < sizeof(r->file);
}

/* thumb.webp or thumb.jpg */
static bool
thumb_file(struct str step, struct route *r)
{
	return str_starts(step, STR("thumb.")) &&
	       (str_eqz(step, "thumb.webp") || str_eqz(step, "thumb.jpg")) &&
	       str_copy(r->file, sizeof(r->file),
		   (struct str){step.p + 6, step.len - 6}) == 0;
}

/* A file of the bundle: no hidden one, none that needs escaping. */
static bool
bundle_file(struct str file, const char *folder, struct route *r)
{
	int len;

	if (file.len == 0 || file.len > 100 || file.p[0] == '.')
		return false;
	for (size_t i = 0; i < file.len; i++) {
		char c = file.p[i];

		if (!(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') &&
		    !(c >= '0' && c <= '9') && c != '.' && c != '-' && c != '_')
			return false;
	}
	len = snprintf(r->file, sizeof(r->file), "%s%.*s", folder, STRF(file));
	return len > 0 && (size_t)len < sizeof(r->file);
}

static enum route_kind
live(const struct steps *s, struct route *r)
{
	if (s->n == 3 && name(s->step[1], r->channel) &&
	    str_eqz(s->step[2], "index.m3u8"))
		return ROUTE_MULTIVARIANT;
	if (s->n == 3 && name(s->step[1], r->channel) &&
	    str_eqz(s->step[2], "manifest.mpd"))
		return ROUTE_MANIFEST;
	if (s->n == 3 && name(s->step[1], r->channel) &&
	    thumb_file(s->step[2], r))
		return ROUTE_LIVE_THUMB;
	if (s->n == 4 && name(s->step[1], r->channel) &&
	    name(s->step[2], r->track) && str_eqz(s->step[3], "index.m3u8"))
		return ROUTE_PLAYLIST;
	return ROUTE_UNKNOWN;
}

/* <id>.mp4, into ID. */
static bool
download(struct str step, char id[NAME_SIZE])
{
	return cut(&step, STR(".mp4")) && name(step, id);
}

static enum route_kind
clip(const struct steps *s, struct route *r)
{
	if (s->n == 2 && download(s->step[1], r->clip))
		return ROUTE_CLIP_DOWNLOAD;
	if (s->n < 2 || !name(s->step[1], r->clip))
		return ROUTE_UNKNOWN;
	if (s->n == 2)
		return ROUTE_CLIP_PAGE;
	if (s->n == 3 && str_eqz(s->step[2], "index.m3u8"))
		return ROUTE_CLIP_MULTIVARIANT;
	if (s->n == 3 && str_eqz(s->step[2], "manifest.mpd"))
		return ROUTE_CLIP_MANIFEST;
	if (s->n == 4 && name(s->step[2], r->track) &&
	    str_eqz(s->step[3], "index.m3u8"))
		return ROUTE_CLIP_PLAYLIST;
	return ROUTE_UNKNOWN;
}

static enum route_kind
vod(const struct steps *s, struct route *r)
{
	if (s->n == 2 && download(s->step[1], r->broadcast))
		return ROUTE_VOD_DOWNLOAD;
	if (s->n < 2 || !name(s->step[1], r->broadcast))
		return ROUTE_UNKNOWN;
	if (s->n == 2)
		return ROUTE_VOD_PAGE;
	if (s->n == 3 && str_eqz(s->step[2], "index.m3u8"))
		return ROUTE_VOD_MULTIVARIANT;
	if (s->n == 3 && str_eqz(s->step[2], "manifest.mpd"))
		return ROUTE_VOD_MANIFEST;
	if (s->n == 3 && thumb_file(s->step[2], r))
		return ROUTE_VOD_THUMB;
	if (s->n == 3 && str_eqz(s->step[2], "storyboard.vtt"))
		return ROUTE_VOD_STORYBOARD;
	if (s->n == 4 && name(s->step[2], r->track) &&
	    str_eqz(s->step[3], "index.m3u8"))
		return ROUTE_VOD_PLAYLIST;
	return ROUTE_UNKNOWN;
}

static enum route_kind
api(const struct steps *s, struct route *r)
{
	if (s->n >= 2 && str_eqz(s->step[1], "channels")) {
		if (s->n == 2)
			return ROUTE_API_CHANNELS;
		if (s->n == 3 && name(s->step[2], r->channel))
			return ROUTE_API_CHANNEL;
		if (s->n == 4 && name(s->step[2], r->channel) &&
		    str_eqz(s->step[3], "broadcasts"))
			return ROUTE_API_BROADCASTS;
		if (s->n == 4 && name(s->step[2], r->channel) &&
		    str_eqz(s->step[3], "clips"))
			return ROUTE_API_CHANNEL_CLIPS;
		if (s->n == 4 && name(s->step[2], r->channel) &&
		    str_eqz(s->step[3], "health"))
			return ROUTE_API_HEALTH;
	}
	if (s->n == 2 && str_eqz(s->step[1], "clips"))
		return ROUTE_API_CLIPS;
	if (s->n == 3 && str_eqz(s->step[1], "clips") &&
	    name(s->step[2], r->clip))
		return ROUTE_API_CLIP;
	if (s->n == 2 && str_eqz(s->step[1], "time"))
		return ROUTE_API_TIME;
	if (s->n == 3 && str_eqz(s->step[1], "broadcasts") &&
	    name(s->step[2], r->broadcast))
		return ROUTE_API_BROADCAST;
	return ROUTE_API_UNKNOWN;
}

static enum route_kind
single(struct str step, struct route *r)
{
	if (step.len == 0)
		return ROUTE_HOME;
	if (step.p[0] == '@') {
		step.p++;
		step.len--;
		return name(step, r->channel) ? ROUTE_CHANNEL_PAGE
					      : ROUTE_UNKNOWN;
	}
	if (str_eqz(step, "healthz"))
		return ROUTE_HEALTH;
	if (str_eqz(step, "metrics"))
		return ROUTE_METRICS;
	/* index.html is the pages' business and has no URL of its own. */
	if (memchr(step.p, '.', step.len) != NULL &&
	    !str_eqz(step, "index.html") && bundle_file(step, "", r))
		return ROUTE_FILE;
	return ROUTE_UNKNOWN;
}

static enum route_kind
match(const struct steps *s, struct route *r)
{
	if (str_eqz(s->step[0], "api"))
		return api(s, r);
	if (s->n == 1)
		return single(s->step[0], r);
	if (str_eqz(s->step[0], "live"))
		return live(s, r);
	if (str_eqz(s->step[0], "vod"))
		return vod(s, r);
	if (str_eqz(s->step[0], "clip"))
		return clip(s, r);
	if (s->n == 2 && str_eqz(s->step[0], "studio") &&
	    name(s->step[1], r->channel))
		return ROUTE_STUDIO_PAGE;
	if (s->n == 4 && str_eqz(s->step[0], "media") &&
	    name(s->step[1], r->broadcast) && str_eqz(s->step[2], "thumb") &&
	    sheet_file(s->step[3], r))
		return ROUTE_SHEET;
	if (s->n == 4 && str_eqz(s->step[0], "media") &&
	    name(s->step[1], r->broadcast) && name(s->step[2], r->track) &&
	    media_file(s->step[3], r))
		return ROUTE_MEDIA;
	if (s->n == 2 && str_eqz(s->step[0], "assets") &&
	    bundle_file(s->step[1], "assets/", r))
		return ROUTE_ASSET;
	return ROUTE_UNKNOWN;
}

/* NAME=VALUE of PAIR, when NAME is KEY. */
static bool
is_pair(struct str pair, struct str key, struct str *value)
{
	if (!str_starts(pair, key) || pair.len == key.len ||
	    pair.p[key.len] != '=')
		return false;
	*value = (struct str){pair.p + key.len + 1, pair.len - key.len - 1};
	return true;
}

/* Once; "all" says what is meant without it. */
static bool
window(struct str s, uint64_t *us)
{
	char text[24];

	return *us == 0 && str_copy(text, sizeof(text), s) == 0 &&
	       live_window_parse(text, us) == 0;
}

static bool
is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Decode S, a number or a date-time, into DST; false: it cannot be either. */
static bool
moment(struct str s, char dst[ROUTE_AT_SIZE])
{
	size_t len = 0;

	for (size_t i = 0, n = 0; i < s.len; i += n) {
		char c;

		if ((n = octet(s.p + i, s.len - i, &c)) == 0 ||
		    len + 1 == ROUTE_AT_SIZE ||
		    !(is_letter(c) || strchr(at_octets, c) != NULL))
			return false;
		dst[len++] = c;
	}
	dst[len] = '\0';
	return len > 0;
}

/* The same of a list. */
static bool
list_pair(struct str pair, struct route *r)
{
	char *before =
	    r->kind == ROUTE_API_CHANNEL_CLIPS ? r->clip : r->broadcast;
	struct str value;

	if (is_pair(pair, STR("before"), &value))
		return before[0] == '\0' && name(value, before);
	if (is_pair(pair, STR("limit"), &value))
		return r->limit == 0 && number(value, UINT32_MAX, &r->limit) &&
		       r->limit > 0;
	return true;
}

/* Can KIND be asked for as it was? */
static bool
has_past(enum route_kind kind)
{
	return kind == ROUTE_PLAYLIST || kind == ROUTE_MULTIVARIANT ||
	       kind == ROUTE_API_CHANNELS || kind == ROUTE_API_CHANNEL;
}

/* What one pair of the query says; false when it says it twice or wrong. */
static bool
query_pair(struct str pair, struct route *r)
{
	struct str value;

	if (r->kind == ROUTE_API_BROADCASTS ||
	    r->kind == ROUTE_API_CHANNEL_CLIPS)
		return list_pair(pair, r);
	if (is_pair(pair, STR("at"), &value) && has_past(r->kind))
		return r->at[0] == '\0' && moment(value, r->at);
	if (r->kind == ROUTE_API_CHANNELS || r->kind == ROUTE_API_CHANNEL)
		return true;
	if (is_pair(pair, STR("broadcast"), &value) &&
	    (r->kind == ROUTE_PLAYLIST || r->kind == ROUTE_MULTIVARIANT ||
		r->kind == ROUTE_MANIFEST))
		return r->broadcast[0] == '\0' && name(value, r->broadcast);
	if (is_pair(pair, STR("window"), &value))
		return window(value, &r->window_us);
	if (r->kind == ROUTE_VOD_PLAYLIST &&
	    is_pair(pair, STR("form"), &value)) {
		r->event = str_eqz(value, "event");
		return r->event;
	}
	if (r->kind != ROUTE_PLAYLIST)
		return true;
	if (is_pair(pair, STR("_HLS_msn"), &value)) {
		if (r->has_msn)
			return false;
		r->has_msn = true;
		return number(value, INT64_MAX, &r->msn);
	}
	if (is_pair(pair, STR("_HLS_part"), &value)) {
		if (r->has_part)
			return false;
		r->has_part = true;
		return number(value, UINT32_MAX, &r->part);
	}
	/* "v2" also skips date ranges, of which there are none. */
	if (is_pair(pair, STR("_HLS_skip"), &value))
		r->skip = str_eqz(value, "YES") || str_eqz(value, "v2");
	return true;
}

static bool
query_parse(struct str query, struct route *r)
{
	while (query.len > 0) {
		const char *end = memchr(query.p, '&', query.len);
		struct str pair = {
		    query.p, end != NULL ? (size_t)(end - query.p) : query.len};

		if (!query_pair(pair, r))
			return false;
		query.p += pair.len + (end != NULL);
		query.len -= pair.len + (end != NULL);
	}
	return r->has_msn || !r->has_part;
}

/* Does a query of ours say something to KIND? */
static bool
has_query(enum route_kind kind)
{
	return has_past(kind) || kind == ROUTE_MANIFEST ||
	       kind == ROUTE_VOD_PLAYLIST || kind == ROUTE_VOD_MULTIVARIANT ||
	       kind == ROUTE_API_BROADCASTS || kind == ROUTE_API_CHANNEL_CLIPS;
}

void
route_parse(struct str path, struct str query, struct route *out)
{
	struct steps s;

	memset(out, 0, sizeof(*out));
	if (!split(path, &s)) {
		out->kind = ROUTE_BAD;
		return;
	}
	out->kind = s.n > MAX_STEPS ? ROUTE_UNKNOWN : match(&s, out);
	if (s.n > MAX_STEPS && str_eqz(s.step[0], "api"))
		out->kind = ROUTE_API_UNKNOWN;
	if (has_query(out->kind) && !query_parse(query, out))
		out->kind = ROUTE_BAD;
}
