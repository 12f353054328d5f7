/* Ladders: what is understood, and what comes of it for a picture. */
#include "bitrate.h"
#include "ladder.h"
#include "tap.h"

#include <string.h>

static bool
refused(const char *text)
{
	struct ladder l;
	const char *why = NULL;

	return ladder_parse(&l, text, &why) == -1 && why != NULL;
}

/* What LADDER makes of a picture: "1280x720 640x360". */
static bool
makes(const char *ladder, unsigned width, unsigned height, bool plays,
    const char *want)
{
	struct ladder l;
	struct ladder_picture p = {width, height, 30000, plays};
	struct rendition r[LADDER_MAX_RUNGS];
	char got[128] = "";
	const char *why;
	size_t n, at = 0;

	if (ladder_parse(&l, ladder, &why) == -1)
		return false;
	n = ladder_plan(&l, &p, r);
	for (size_t i = 0; i < n; i++)
		at += (size_t)snprintf(got + at, sizeof(got) - at, "%s%ux%u",
		    i > 0 ? " " : "", r[i].width, r[i].height);
	if (strcmp(got, want) != 0)
		printf("# %s of %ux%u: %s\n", ladder, width, height, got);
	return strcmp(got, want) == 0;
}

static void
check_text(void)
{
	struct ladder l;
	const char *why;

	OK(ladder_parse(&l, "360p,source,720p:2500,audio", &why) == 0);
	OK(l.source && l.pictures && l.steps == 2);
	OK(l.step[0].side == 720 && l.step[0].kbit == 2500);
	OK(l.step[1].side == 360 && l.step[1].kbit == 0);
	OK(ladder_parse(&l, "audio", &why) == 0 && !l.pictures);
	OK(refused("") && refused(",") && refused("720p,") && refused("720"));
	OK(refused("720p,720p") && refused("15p") && refused("-1p"));
	OK(refused("720p:") && refused("720p:15") && refused("720p:200001"));
	OK(refused("720pp") && refused("99999999999999999999999999p"));
	OK(refused("16p,17p,18p,19p,20p,21p,22p,23p"));
}

static void
check_plan(void)
{
	OK(makes("source,720p,480p,360p", 1920, 1080, true,
	    "1280x720 854x480 640x360"));
	OK(makes("source,720p,480p,360p", 1920, 1080, false,
	    "1920x1080 1280x720 854x480 640x360"));
	OK(makes("source,720p,480p", 1280, 720, true, "854x480"));
	OK(makes("source,720p,480p", 1280, 720, false, "1280x720 854x480"));
	OK(makes("720p,480p", 1280, 720, true, "1280x720 854x480"));
	OK(makes("source,720p", 640, 360, true, ""));
	OK(makes("720p", 640, 360, true, "640x360"));
	OK(makes("480p", 720, 1280, true, "480x854"));
	OK(makes("480p", 1080, 1080, true, "480x480"));
	OK(makes("source,240p", 639, 361, false, "638x360 424x240"));
	OK(makes("16p", 4096, 17, true, "3856x16"));
	OK(makes("360p", 1, 1, true, "2x2"));
	OK(makes("audio", 1280, 720, true, ""));
}

static void
check_rates(void)
{
	const struct ladder_picture p = {1920, 1080, 30000, true};
	struct rendition r[LADDER_MAX_RUNGS];
	struct ladder l;
	const char *why;

	OK(bitrate_of(1280, 720, 30000) == 2800000);
	OK(bitrate_of(1280, 720, 25000) == 2800000);
	OK(bitrate_of(1280, 720, 60000) == 4200000);
	OK(bitrate_of(1280, 720, 0) == 2800000);
	OK(bitrate_of(65534, 65534, 1000000) == 100000000);
	OK(bitrate_of(2, 2, 30000) == 50000);
	for (unsigned side = 16; side < 2160; side += 2)
		if (bitrate_of(side * 2, side, 30000) >
		    bitrate_of(side * 2 + 4, side + 2, 30000))
			OK(!"more pixels, fewer bits");
	OK(ladder_parse(&l, "720p:1000,360p", &why) == 0 &&
	    ladder_plan(&l, &p, r) == 2);
	OK(r[0].rate == 1000000 && r[0].max == 1250000);
	OK(r[1].rate == 800000);
}

int
main(void)
{
	check_text();
	check_plan();
	check_rates();
	return tap_done();
}
